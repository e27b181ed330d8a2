namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>Adds to each row the bias of its expert; rows past offsets[E] are those of x.</summary>
    public static void GroupedBias(GpuDevice gpu, View<float> x, View<float> bias, View<int> offsets, View<float> y) => gpu.Launch(
        BiasedRow, gpu.PerRow(y.Rows, y.Columns, flops: y.Count, bytes: 4 * (2 * y.Count + bias.Count)),
        gpu.Array(x), gpu.Array(bias), gpu.Array(offsets), gpu.Array(y), y.Columns, (int)offsets.Count - 1);

    /// <summary>The sum of each expert's rows; 0 for an expert without rows.</summary>
    public static void GroupedSum(GpuDevice gpu, View<float> x, View<int> offsets, View<float> sums)
    {
        if (sums.Count == 0)
            return;
        ColumnPlan plan = ColumnPlan.Of(gpu, sums.Rows, x.Rows / sums.Rows, sums.Columns);
        ArrayView<float> partials = gpu.Scratch(plan.Partials).Take<float>(plan.Partials);
        ExpertTerm term = new(gpu.Array(x), gpu.Array(offsets), x.Rows, x.Columns);
        ReduceColumns<SumReducer, ExpertTerm>(gpu, plan, term, partials, gpu.Array(sums), divisor: 1, flops: x.Count, bytes: 4 * x.Count);
    }

    private static void BiasedRow(ArrayView<float> x, ArrayView<float> bias, ArrayView<int> offsets, ArrayView<float> y, int columns, int experts)
    {
        long row = (long)Grid.IdxX * columns;
        bool isUsed = Grid.IdxX < offsets[experts];
        long expert = (long)(isUsed ? ExpertOfRow(offsets, experts, Grid.IdxX) : 0) * columns;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            y[row + i] = isUsed ? x[row + i] + bias[expert + i] : x[row + i];
    }

    /// <summary>The expert of a row that has one: the last whose rows begin there or before.</summary>
    internal static int ExpertOfRow(ArrayView<int> offsets, int experts, int row)
    {
        int expert = 0, end = experts;
        while (end - expert > 1)
        {
            int middle = (expert + end) >> 1;
            if (offsets[middle] <= row)
                expert = middle;
            else
                end = middle;
        }
        return expert;
    }

    internal readonly struct ExpertTerm(ArrayView<float> x, ArrayView<int> offsets, int rows, int columns) : IColumnTerm
    {
        public int FirstRow(int outer) => Math.Max(0, offsets[outer]);

        public int EndRow(int outer) => Math.Min(rows, offsets[outer + 1]);

        public long BaseOf(int outer) => 0;

        public float At(long start, int row, int column) => x[(long)row * columns + column];
    }
}
