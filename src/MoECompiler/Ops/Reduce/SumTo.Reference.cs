using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record SumTo : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor x = operands[0];
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        int[] strides = RowMajor.BroadcastStrides(y.Shape, x.Shape);
        for (int i = 0; i < x.Count; i++)
            y.Data[RowMajor.Offset(i, x.Shape, strides)] += x.Data[i];
        return [y];
    }
}
