using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Reduce : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor x = operands[0];
        ReferenceTensor y = new(shapes[0], new double[RowMajor.Count(shapes[0])]);
        Array.Fill(y.Data, Kind switch { Reduction.Max => double.NegativeInfinity, Reduction.Min => double.PositiveInfinity, _ => 0 });
        int[] kept = [.. x.Shape.Select((extent, axis) => Axes.Contains(axis) ? 1 : extent)];
        int[] strides = RowMajor.BroadcastStrides(kept, x.Shape);
        for (int i = 0; i < x.Count; i++)
        {
            ref double result = ref y.Data[RowMajor.Offset(i, x.Shape, strides)];
            result = Kind switch
            {
                Reduction.Max => Math.Max(result, x.Data[i]),
                Reduction.Min => Math.Min(result, x.Data[i]),
                _ => result + x.Data[i],
            };
        }
        if (Kind == Reduction.Mean)
        {
            int count = RowMajor.Count(Axes.Select(axis => x.Shape[axis]));
            for (int i = 0; i < y.Count; i++)
                y.Data[i] /= count;
        }
        return [y];
    }
}
