namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = x / sqrt(mean(x^2) + epsilon) * weight over the innermost extent.</summary>
    public static void RmsNorm(GpuDevice gpu, View<float> x, View<float> weight, View<float> y, float Epsilon) => gpu.Launch(
        RmsNormRow, Work.PerRow(x.Rows, gpu.Traits.RowGroup, flops: 4 * x.Count, bytes: 4 * (2 * x.Count + weight.Count)),
        gpu.Array(x), gpu.Array(weight), gpu.Array(y), x.Columns, Epsilon);

    /// <summary>With h the normalized row and g = dy * weight: dx = scale (g - h mean(g h)), dWeight = sum over rows of dy h.</summary>
    public static void RmsNormGradient(
        GpuDevice gpu, View<float> x, View<float> weight, View<float> dy, View<float> dx, View<float> dWeight, float Epsilon)
    {
        (int rows, int columns) = (x.Rows, x.Columns);
        ColumnPlan plan = ColumnPlan.Of(gpu, 1, rows, columns);
        ArrayView<float> scratch = gpu.Scratch<float>(rows + plan.Partials);
        ArrayView<float> scales = scratch.Part(0, rows);
        gpu.Launch(
            RmsNormGradientRow, Work.PerRow(rows, gpu.Traits.RowGroup, flops: 8 * x.Count, bytes: 4 * (3 * x.Count + weight.Count)),
            gpu.Array(x), gpu.Array(weight), gpu.Array(dy), gpu.Array(dx), scales, columns, Epsilon);
        ReduceColumns<SumReducer, RmsNormWeightTerm>(
            gpu, plan, new RmsNormWeightTerm(gpu.Array(x), gpu.Array(dy), scales, rows, columns), scratch.Part(rows, plan.Partials),
            gpu.Array(dWeight), 1, flops: 3 * x.Count, bytes: 8 * x.Count);
    }

    private static void RmsNormRow(ArrayView<float> x, ArrayView<float> weight, ArrayView<float> y, int columns, float epsilon)
    {
        long row = (long)Grid.IdxX * columns;
        float scale = RmsScale(x, row, columns, epsilon);
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            y[row + i] = x[row + i] * scale * weight[i];
    }

    private static void RmsNormGradientRow(
        ArrayView<float> x, ArrayView<float> weight, ArrayView<float> dy, ArrayView<float> dx, ArrayView<float> scales, int columns, float epsilon)
    {
        long row = (long)Grid.IdxX * columns;
        float scale = RmsScale(x, row, columns, epsilon);
        float product = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            product += dy[row + i] * weight[i] * (x[row + i] * scale);
        float mean = RowGroup.Sum(product) / columns;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            dx[row + i] = scale * (dy[row + i] * weight[i] - x[row + i] * scale * mean);
        if (Group.IdxX == 0)
            scales[Grid.IdxX] = scale;
    }

    /// <summary>1 / sqrt(mean(x^2) + epsilon) of a row, in every thread of its group.</summary>
    private static float RmsScale(ArrayView<float> x, long row, int columns, float epsilon)
    {
        float squares = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            squares += x[row + i] * x[row + i];
        return 1f / GpuMath.Sqrt(RowGroup.Sum(squares) / columns + epsilon);
    }

    /// <summary>dy h, of a row and a column.</summary>
    internal readonly struct RmsNormWeightTerm(ArrayView<float> x, ArrayView<float> dy, ArrayView<float> scales, int rows, int columns) : IColumnTerm
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
