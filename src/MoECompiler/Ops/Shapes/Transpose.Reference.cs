using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Transpose : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        int[] dense = RowMajor.Strides(operands[0].Shape);
        int[] strides = [.. Order.Select(axis => dense[axis])];
        for (int i = 0; i < y.Count; i++)
            y.Data[i] = operands[0].Data[RowMajor.Offset(i, y.Shape, strides)];
        return [y];
    }
}
