namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>
    /// With h the normalized row and g = dy * weight: dx = scale (g - mean(g) - h mean(g h)), dWeight = sum(dy h), dBias = sum(dy), the
    /// sums over rows.
    /// </summary>
    public static void LayerNormGradient(
        GpuDevice gpu, View<float> x, View<float> weight, View<float> dy, View<float> dx, View<float> dWeight, View<float> dBias, float Epsilon)
    {
        if (dWeight.Count == 0)
            return;
        int rows = x.Rows;
        ColumnPlan plan = ColumnPlan.Of(gpu, 1, rows, x.Columns);
        ScratchParts scratch = gpu.Scratch(2L * rows + plan.Partials, parts: 3);
        ArrayView<float> means = scratch.Take<float>(rows), scales = scratch.Take<float>(rows), partials = scratch.Take<float>(plan.Partials);
        gpu.Launch(
            LayerNormGradientOfRow, gpu.PerRow(rows, x.Columns, flops: 13 * x.Count, bytes: 12 * x.Count),
            gpu.Array(x), gpu.Array(weight), gpu.Array(dy), gpu.Array(dx), means, scales, x.Columns, Epsilon);
        NormalizedTerm term = new(gpu.Array(x), gpu.Array(dy), means, scales, rows, x.Columns);
        ReduceColumns<SumReducer, NormalizedTerm>(gpu, plan, term, partials, gpu.Array(dWeight), divisor: 1, flops: 4 * x.Count, bytes: 8 * x.Count);
        MatrixTerm ups = new(gpu.Array(dy), rows, x.Columns);
        ReduceColumns<SumReducer, MatrixTerm>(gpu, plan, ups, partials, gpu.Array(dBias), divisor: 1, flops: x.Count, bytes: 4 * x.Count);
    }

    private static void LayerNormGradientOfRow(
        ArrayView<float> x, ArrayView<float> weight, ArrayView<float> dy, ArrayView<float> dx, ArrayView<float> means, ArrayView<float> scales, int columns,
        float epsilon)
    {
        long row = (long)Grid.IdxX * columns;
        float mean = MeanOf(x, row, columns);
        float scale = DeviationScale(x, row, columns, mean, epsilon);
        float sum = 0, product = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
        {
            float g = dy[row + i] * weight[i];
            sum += g;
            product = Intrinsics.FusedMultiplyAdd(g, (x[row + i] - mean) * scale, product);
        }
        float meanG = RowGroup.Sum(sum) / columns;
        float meanGh = RowGroup.Sum(product) / columns;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            dx[row + i] = scale * (dy[row + i] * weight[i] - meanG - (x[row + i] - mean) * scale * meanGh);
        if (Group.IdxX == 0)
        {
            means[Grid.IdxX] = mean;
            scales[Grid.IdxX] = scale;
        }
    }

    /// <summary>dy h, with h = x less its row's mean, times its row's scale.</summary>
    internal readonly struct NormalizedTerm(
        ArrayView<float> x, ArrayView<float> dy, ArrayView<float> means, ArrayView<float> scales, int rows, int columns) : IColumnTerm
    {
        public int FirstRow(int outer) => 0;

        public int EndRow(int outer) => rows;

        public long BaseOf(int outer) => 0;

        public float At(long start, int row, int column)
        {
            long i = (long)row * columns + column;
            return dy[i] * ((x[i] - means[row]) * scales[row]);
        }
    }
}
