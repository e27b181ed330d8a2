namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * weight + bias over the innermost extent.</summary>
    public static void LayerNorm(GpuDevice gpu, View<float> x, View<float> weight, View<float> bias, View<float> y, float Epsilon) =>
        LayerNormOf(gpu, x, weight, bias, new WideElements(gpu.Array(y)), 4, Epsilon);

    /// <inheritdoc cref="LayerNorm(GpuDevice, View{float}, View{float}, View{float}, View{float}, float)"/>
    public static void LayerNorm(GpuDevice gpu, View<float> x, View<float> weight, View<float> bias, View<Half> y, float Epsilon) =>
        LayerNormOf(gpu, x, weight, bias, new NarrowElements<F16>(gpu.Bits(y)), 2, Epsilon);

    /// <inheritdoc cref="LayerNorm(GpuDevice, View{float}, View{float}, View{float}, View{float}, float)"/>
    public static void LayerNorm(GpuDevice gpu, View<float> x, View<float> weight, View<float> bias, View<BFloat16> y, float Epsilon) =>
        LayerNormOf(gpu, x, weight, bias, new NarrowElements<BF16>(gpu.Bits(y)), 2, Epsilon);

    private static void LayerNormOf<T>(GpuDevice gpu, View<float> x, View<float> weight, View<float> bias, T y, int bytes, float epsilon) where T : struct, IElements => gpu.Launch(
        LayerNormOfRow<T>, gpu.PerRow(x.Rows, x.Columns, flops: 8 * x.Count, bytes: (4 + bytes) * x.Count + 4 * 2 * weight.Count),
        gpu.Array(x), gpu.Array(weight), gpu.Array(bias), y, x.Columns, epsilon);

    /// <summary>The mean of a row, to every thread of its group.</summary>
    private static float MeanOf(ArrayView<float> x, long row, int columns)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            sum += x[row + i];
        return RowGroup.Sum(sum) / columns;
    }

    /// <summary>1 / sqrt(variance + epsilon), the variance of the differences from the mean, to every thread.</summary>
    private static float DeviationScale(ArrayView<float> x, long row, int columns, float mean, float epsilon)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            sum = Intrinsics.FusedMultiplyAdd(x[row + i] - mean, x[row + i] - mean, sum);
        return GpuMath.Rsqrt(RowGroup.Sum(sum) / columns + epsilon);
    }

    private static void LayerNormOfRow<T>(
        ArrayView<float> x, ArrayView<float> weight, ArrayView<float> bias, T y, int columns, float epsilon) where T : struct, IElements
    {
        long row = (long)Grid.IdxX * columns;
        float mean = MeanOf(x, row, columns);
        float scale = DeviationScale(x, row, columns, mean, epsilon);
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            y.Put(row + i, Intrinsics.FusedMultiplyAdd((x[row + i] - mean) * scale, weight[i], bias[i]));
    }
}
