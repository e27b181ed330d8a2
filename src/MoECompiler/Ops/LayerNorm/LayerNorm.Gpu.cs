namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * weight + bias over the innermost extent.</summary>
    public static void LayerNorm(GpuDevice gpu, View<float> x, View<float> weight, View<float> bias, View<float> y, float Epsilon) => gpu.Launch(
        LayerNormRow, Work.PerRow(x.Rows, gpu.Traits.RowGroup, flops: 8 * x.Count, bytes: 8 * (x.Count + weight.Count)),
        gpu.Array(x), gpu.Array(weight), gpu.Array(bias), gpu.Array(y), x.Columns, Epsilon);

    /// <summary>
    /// With h the normalized row and g = dy * weight: dx = scale (g - mean(g) - h mean(g h)), dWeight = sum(dy h), dBias = sum(dy), the
    /// sums over rows.
    /// </summary>
    public static void LayerNormGradient(
        GpuDevice gpu, View<float> x, View<float> weight, View<float> dy, View<float> dx, View<float> dWeight, View<float> dBias, float Epsilon)
    {
        (int rows, int columns) = (x.Rows, x.Columns);
        ColumnPlan plan = ColumnPlan.Of(gpu, 1, rows, columns);
        ArrayView<float> scratch = gpu.Scratch<float>(2L * rows + plan.Partials);
        (ArrayView<float> statistics, ArrayView<float> partials) = (scratch.Part(0, 2L * rows), scratch.Part(2L * rows, plan.Partials));
        gpu.Launch(
            LayerNormGradientRow, Work.PerRow(rows, gpu.Traits.RowGroup, flops: 14 * x.Count, bytes: 4 * (3 * x.Count + weight.Count)),
            gpu.Array(x), gpu.Array(weight), gpu.Array(dy), gpu.Array(dx), statistics, columns, Epsilon);
        ReduceColumns<SumReducer, LayerNormWeightTerm>(
            gpu, plan, new LayerNormWeightTerm(gpu.Array(x), gpu.Array(dy), statistics, rows, columns), partials, gpu.Array(dWeight), 1,
            flops: 4 * x.Count, bytes: 8 * x.Count);
        SumTo(gpu, dy, dBias);
    }

    private static void LayerNormRow(ArrayView<float> x, ArrayView<float> weight, ArrayView<float> bias, ArrayView<float> y, int columns, float epsilon)
    {
        long row = (long)Grid.IdxX * columns;
        float mean = RowMean(x, row, columns);
        float scale = DeviationScale(x, row, columns, mean, epsilon);
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            y[row + i] = (x[row + i] - mean) * scale * weight[i] + bias[i];
    }

    private static void LayerNormGradientRow(
        ArrayView<float> x, ArrayView<float> weight, ArrayView<float> dy, ArrayView<float> dx, ArrayView<float> statistics, int columns, float epsilon)
    {
        long row = (long)Grid.IdxX * columns;
        float mean = RowMean(x, row, columns);
        float scale = DeviationScale(x, row, columns, mean, epsilon);
        float sum = 0, product = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
        {
            float g = dy[row + i] * weight[i];
            sum += g;
            product += g * ((x[row + i] - mean) * scale);
        }
        float meanG = RowGroup.Sum(sum) / columns;
        float meanGh = RowGroup.Sum(product) / columns;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            dx[row + i] = scale * (dy[row + i] * weight[i] - meanG - (x[row + i] - mean) * scale * meanGh);
        if (Group.IdxX == 0)
        {
            statistics[2L * Grid.IdxX] = mean;
            statistics[2L * Grid.IdxX + 1] = scale;
        }
    }

    private static float RowMean(ArrayView<float> x, long row, int columns)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            sum += x[row + i];
        return RowGroup.Sum(sum) / columns;
    }

    /// <summary>1 / sqrt(variance + epsilon) of a row: a second pass, as squares of large numbers would lose the variance's digits.</summary>
    private static float DeviationScale(ArrayView<float> x, long row, int columns, float mean, float epsilon)
    {
        float squares = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            squares += (x[row + i] - mean) * (x[row + i] - mean);
        return 1f / GpuMath.Sqrt(RowGroup.Sum(squares) / columns + epsilon);
    }

    /// <summary>dy h, of a row and a column.</summary>
    internal readonly struct LayerNormWeightTerm(ArrayView<float> x, ArrayView<float> dy, ArrayView<float> statistics, int rows, int columns) : IColumnTerm
    {
        public int FirstRow(int outer) => 0;

        public int EndRow(int outer) => rows;

        public long BaseOf(int outer) => 0;

        public float At(long start, int row, int column)
        {
            long i = (long)row * columns + column;
            return dy[i] * ((x[i] - statistics[2L * row]) * statistics[2L * row + 1]);
        }
    }
}
