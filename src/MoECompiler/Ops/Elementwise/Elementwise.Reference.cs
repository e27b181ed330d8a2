using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Elementwise : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        int[][] strides = [.. operands.Select(o => RowMajor.BroadcastStrides(o.Shape, y.Shape))];
        double[] elements = new double[operands.Length];
        for (int i = 0; i < y.Count; i++)
        {
            for (int k = 0; k < operands.Length; k++)
                elements[k] = operands[k].Data[RowMajor.Offset(i, y.Shape, strides[k])];
            y.Data[i] = Expression.Evaluate(elements, context.Sizes);
        }
        return [y];
    }
}
