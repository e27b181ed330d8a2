using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record ExpertLoad : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int i = 0; i < operands[0].Count; i++)
            y.Data[IndexCheck.Within("expert", (int)operands[0].Data[i], i, y.Count)]++;
        return [y];
    }
}
