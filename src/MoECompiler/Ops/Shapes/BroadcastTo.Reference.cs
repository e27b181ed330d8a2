using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record BroadcastTo : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        int[] strides = RowMajor.BroadcastStrides(operands[0].Shape, y.Shape);
        for (int i = 0; i < y.Count; i++)
            y.Data[i] = operands[0].Data[RowMajor.Offset(i, y.Shape, strides)];
        return [y];
    }
}
