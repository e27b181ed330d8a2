using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Iota : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int i = 0; i < y.Count; i++)
            y.Data[i] = i;
        return [y];
    }
}
