namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = log(sum(exp(x))) over the innermost extent: f32[..., N] gives f32[...].</summary>
    public static void LogSumExp(GpuDevice gpu, View<float> x, View<float> y) => gpu.Launch(
        LogSumExpOfRow, gpu.PerRow(y.Count, x.Columns, flops: 3 * x.Count, bytes: 4 * (x.Count + y.Count)), gpu.Array(x), gpu.Array(y), x.Columns);

    private static void LogSumExpOfRow(ArrayView<float> x, ArrayView<float> y, int columns)
    {
        long row = (long)Grid.IdxX * columns;
        float greatest = GreatestOf(x, row, columns);
        float log = LogSumAbove(x, row, columns, greatest);
        if (Group.IdxX == 0)
            y[Grid.IdxX] = greatest + log;
    }

    /// <summary>The greatest element of a row, to every thread of its group.</summary>
    private static float GreatestOf(ArrayView<float> x, long row, int columns)
    {
        float greatest = float.NegativeInfinity;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            greatest = GpuMath.Max(greatest, x[row + i]);
        return RowGroup.Max(greatest);
    }

    /// <summary>sum(exp(x - greatest)), to every thread.</summary>
    private static float SumOfExponentials(ArrayView<float> x, long row, int columns, float greatest)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            sum += GpuMath.Exp(x[row + i] - greatest);
        return RowGroup.Sum(sum);
    }

    /// <summary>What the log-sum-exp is above the greatest element; 0 where that is infinite.</summary>
    private static float LogSumAbove(ArrayView<float> x, long row, int columns, float greatest)
    {
        float log = GpuMath.Log(SumOfExponentials(x, row, columns, greatest));
        return GpuMath.Abs(greatest) == float.PositiveInfinity ? 0 : log;
    }
}
