using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record ExpertLoad : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int i = 0; i < operands[0].Count; i++)
        {
            int expert = IndexCheck.WithinOrNone("expert", (int)operands[0].Data[i], i, y.Count);
            if (expert >= 0)
                y.Data[expert]++;
        }
        return [y];
    }
}
