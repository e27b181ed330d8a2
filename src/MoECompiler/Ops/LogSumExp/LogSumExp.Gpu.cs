namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = log(sum(exp(x))) over the innermost extent.</summary>
    public static void LogSumExp(GpuDevice gpu, View<float> x, View<float> y) => gpu.Launch(
        LogSumExpRow, Work.PerRow(x.Rows, gpu.Traits.RowGroup, flops: 3 * x.Count, bytes: 4 * (x.Count + y.Count)), gpu.Array(x), gpu.Array(y), x.Columns);

    private static void LogSumExpRow(ArrayView<float> x, ArrayView<float> y, int columns)
    {
        long row = (long)Grid.IdxX * columns;
        float greatest = RowMaximum(x, row, columns);
        float log = LogSumAbove(x, row, columns, greatest);
        if (Group.IdxX == 0)
            y[Grid.IdxX] = greatest + log;
    }

    /// <summary>The greatest of a row, in every thread of its group.</summary>
    private static float RowMaximum(ArrayView<float> x, long row, int columns)
    {
        float greatest = float.NegativeInfinity;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            greatest = GpuMath.Max(greatest, x[row + i]);
        return RowGroup.Max(greatest);
    }

    /// <summary>log(sum(exp(x - greatest))) of a row; 0 where the greatest is infinite and so is the result.</summary>
    private static float LogSumAbove(ArrayView<float> x, long row, int columns, float greatest)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            sum += GpuMath.Exp(x[row + i] - greatest);
        sum = RowGroup.Sum(sum);
        return GpuMath.Abs(greatest) < float.PositiveInfinity ? GpuMath.Log(sum) : 0f;
    }
}
