using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record AdapterPairs : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor adapters, ReferenceTensor offsets, ReferenceTensor position) = (operands[0], operands[1], operands[2]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        int experts = (int)offsets.Count - 1;
        for (int pair = 0; pair < y.Count; pair++)
        {
            if (position.Data[pair] < 0)
            {
                y.Data[pair] = -1;
                continue;
            }
            int expert = 0;
            while (expert + 1 < experts && offsets.Data[expert + 1] <= position.Data[pair])
                expert++;
            y.Data[pair] = adapters.Data[pair / y.Columns] * experts + expert;
        }
        return [y];
    }
}
