namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = x / sqrt(mean(x^2) + epsilon) * weight over the innermost extent.</summary>
    public static void RmsNorm(GpuDevice gpu, View<float> x, View<float> weight, View<float> y, float Epsilon) =>
        RmsNormOf(gpu, x, weight, new WideElements(gpu.Array(y)), 4, Epsilon);

    /// <inheritdoc cref="RmsNorm(GpuDevice, View{float}, View{float}, View{float}, float)"/>
    public static void RmsNorm(GpuDevice gpu, View<float> x, View<float> weight, View<Half> y, float Epsilon) =>
        RmsNormOf(gpu, x, weight, new NarrowElements<F16>(gpu.Bits(y)), 2, Epsilon);

    /// <inheritdoc cref="RmsNorm(GpuDevice, View{float}, View{float}, View{float}, float)"/>
    public static void RmsNorm(GpuDevice gpu, View<float> x, View<float> weight, View<BFloat16> y, float Epsilon) =>
        RmsNormOf(gpu, x, weight, new NarrowElements<BF16>(gpu.Bits(y)), 2, Epsilon);

    private static void RmsNormOf<T>(GpuDevice gpu, View<float> x, View<float> weight, T y, int bytes, float epsilon) where T : struct, IElements => gpu.Launch(
        RmsNormOfRow<T>, gpu.PerRow(x.Rows, x.Columns, flops: 4 * x.Count, bytes: (4 + bytes) * x.Count + 4 * weight.Count),
        gpu.Array(x), gpu.Array(weight), y, x.Columns, epsilon);

    /// <summary>
    /// With h the normalized row and g = dy * weight: dx = scale (g - h mean(g h)), dWeight = sum over rows of dy h.
    /// </summary>
    public static void RmsNormGradient(
        GpuDevice gpu, View<float> x, View<float> weight, View<float> dy, View<float> dx, View<float> dWeight, float Epsilon)
    {
        if (dWeight.Count == 0)
            return;
        ColumnPlan plan = ColumnPlan.Of(gpu, 1, x.Rows, x.Columns);
        ScratchParts scratch = gpu.Scratch(x.Rows + plan.Partials, parts: 2);
        ArrayView<float> scales = scratch.Take<float>(x.Rows);
        gpu.Launch(
            RmsNormGradientOfRow, gpu.PerRow(x.Rows, x.Columns, flops: 8 * x.Count, bytes: 12 * x.Count),
            gpu.Array(x), gpu.Array(weight), gpu.Array(dy), gpu.Array(dx), scales, x.Columns, Epsilon);
        ScaledTerm term = new(gpu.Array(x), gpu.Array(dy), scales, x.Rows, x.Columns);
        ReduceColumns<SumReducer, ScaledTerm>(
            gpu, plan, term, scratch.Take<float>(plan.Partials), gpu.Array(dWeight), divisor: 1, flops: 3 * x.Count, bytes: 8 * x.Count);
    }

    /// <summary>1 / sqrt(mean(x^2) + epsilon), to every thread of the row's group.</summary>
    private static float RmsScale(ArrayView<float> x, long row, int columns, float epsilon)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            sum = Intrinsics.FusedMultiplyAdd(x[row + i], x[row + i], sum);
        return GpuMath.Rsqrt(RowGroup.Sum(sum) / columns + epsilon);
    }

    private static void RmsNormOfRow<T>(ArrayView<float> x, ArrayView<float> weight, T y, int columns, float epsilon) where T : struct, IElements
    {
        long row = (long)Grid.IdxX * columns;
        float scale = RmsScale(x, row, columns, epsilon);
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            y.Put(row + i, x[row + i] * scale * weight[i]);
    }

    private static void RmsNormGradientOfRow(
        ArrayView<float> x, ArrayView<float> weight, ArrayView<float> dy, ArrayView<float> dx, ArrayView<float> scales, int columns, float epsilon)
    {
        long row = (long)Grid.IdxX * columns;
        float scale = RmsScale(x, row, columns, epsilon);
        float sum = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            sum = Intrinsics.FusedMultiplyAdd(dy[row + i] * weight[i], x[row + i] * scale, sum);
        float mean = RowGroup.Sum(sum) / columns;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            dx[row + i] = scale * (dy[row + i] * weight[i] - x[row + i] * scale * mean);
        if (Group.IdxX == 0)
            scales[Grid.IdxX] = scale;
    }

    /// <summary>dy h, with h = x times its row's scale.</summary>
    internal readonly struct ScaledTerm(ArrayView<float> x, ArrayView<float> dy, ArrayView<float> scales, int rows, int columns) : IColumnTerm
    {
        public int FirstRow(int outer) => 0;

        public int EndRow(int outer) => rows;

        public long BaseOf(int outer) => 0;

        public float At(long start, int row, int column)
        {
            long i = (long)row * columns + column;
            return dy[i] * (x[i] * scales[row]);
        }
    }
}
