namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>What a thread joins by itself before it joins that to the rest: it bounds the error of a long sum.</summary>
    private const int ReductionBlock = 64;

    /// <summary>What a piece of a long row has at least.</summary>
    private static int MinimumRun(GpuDevice gpu) => gpu.Traits.IsProcessor ? 1_024 : 4_096;

    /// <summary>y = sum, mean, greatest or least element of x along the axes, ascending. Of nothing: 0, NaN, -infinity, infinity.</summary>
    public static void Reduce(GpuDevice gpu, View<float> x, View<float> y, Reduction Kind, ReadOnlySpan<int> Axes)
    {
        float divisor = 1;
        if (Kind == Reduction.Mean)
        {
            foreach (int axis in Axes)
                divisor *= x.Extents[axis];
        }
        int reduced = 0;
        foreach (int axis in Axes)
            reduced |= 1 << axis;
        switch (Kind)
        {
            case Reduction.Max: Reduce<MaxReducer>(gpu, x, y, reduced, divisor); break;
            case Reduction.Min: Reduce<MinReducer>(gpu, x, y, reduced, divisor); break;
            default: Reduce<SumReducer>(gpu, x, y, reduced, divisor); break;
        }
    }

    /// <summary>y = x summed over the extents that y lacks or has as 1.</summary>
    public static void SumTo(GpuDevice gpu, View<float> x, View<float> y)
    {
        int missing = x.Rank - y.Rank;
        int reduced = 0;
        for (int axis = 0; axis < x.Rank; axis++)
            reduced |= axis < missing || y.Extents[axis - missing] == 1 ? 1 << axis : 0;
        Reduce<SumReducer>(gpu, x, y, reduced, 1);
    }

    /// <param name="axes">A bit for each axis that is reduced.</param>
    private static void Reduce<TReducer>(GpuDevice gpu, View<float> x, View<float> y, int axes, float divisor) where TReducer : struct, IReducer
    {
        StridedIndex kept = default, reduced = default;
        long stride = 1, count = 1;
        int columns = 1;
        for (int axis = x.Rank - 1; axis >= 0; axis--)
        {
            int extent = x.Extents[axis];
            if ((axes >> axis & 1) != 0)
            {
                reduced.Add(extent, stride);
                count *= extent;
            }
            else
            {
                kept.Add(extent, stride);
                if (count == 1)
                    columns = checked(columns * extent);
            }
            stride *= extent;
        }
        int rows = checked((int)count);
        if (y.Count == 0)
            return;
        if (columns == 1)
        {
            ReduceRuns<TReducer>(gpu, x, y, kept, reduced, rows, divisor);
            return;
        }
        ColumnPlan plan = ColumnPlan.Of(gpu, checked((int)(y.Count / columns)), rows, columns);
        ArrayView<float> partials = gpu.Scratch(plan.Partials).Take<float>(plan.Partials);
        StridedTerm term = new(gpu.Array(x), kept, reduced, rows, columns);
        ReduceColumns<TReducer, StridedTerm>(gpu, plan, term, partials, gpu.Array(y), divisor, flops: x.Count, bytes: 4 * x.Count);
    }

    /// <summary>A group a result; where there are few beside what they are made of, that goes in pieces whose results are reduced once more.</summary>
    private static void ReduceRuns<TReducer>(
        GpuDevice gpu, View<float> x, View<float> y, StridedIndex kept, StridedIndex reduced, int count, float divisor) where TReducer : struct, IReducer
    {
        int pieces = Pieces(gpu, y.Count, count, MinimumRun(gpu));
        int results = checked((int)y.Count);
        int group = gpu.Traits.RowGroupOf(count / pieces);
        long partials = (long)pieces * results;
        Work work = new(new Index3D(results, pieces, 1), group, x.Count, 4 * (x.Count + partials));
        if (pieces == 1)
        {
            gpu.Launch(ReduceRun<TReducer>, work, gpu.Array(x), gpu.Array(y), kept, reduced, count, divisor);
            return;
        }
        ArrayView<float> scratch = gpu.Scratch(partials).Take<float>(partials);
        gpu.Launch(ReduceRun<TReducer>, work, gpu.Array(x), scratch, kept, reduced, count, 1f);
        ColumnPlan last = ColumnPlan.Of(gpu, 1, 1, results);
        MatrixTerm term = new(scratch, pieces, results);
        ReduceColumns<TReducer, MatrixTerm>(gpu, last, term, default, gpu.Array(y), divisor, flops: partials, bytes: 4 * partials);
    }

    private static void ReduceRun<TReducer>(
        ArrayView<float> x, ArrayView<float> y, StridedIndex kept, StridedIndex reduced, int count, float divisor) where TReducer : struct, IReducer
    {
        long start = kept.OffsetOf((uint)Grid.IdxX);
        int each = (count + Grid.DimY - 1) / Grid.DimY;
        int end = Math.Min(count, (Grid.IdxY + 1) * each);
        ScalarLane sum = new(TReducer.Identity);
        for (int i = Grid.IdxY * each + Group.IdxX; i < end;)
        {
            ScalarLane block = new(TReducer.Identity);
            for (int blockEnd = Math.Min(end, i + ReductionBlock * Group.DimX); i < blockEnd; i += Group.DimX)
                block = TReducer.Join(block, new ScalarLane(x[start + reduced.OffsetOf((uint)i)]));
            sum = TReducer.Join(sum, block);
        }
        float total = RowGroup.Reduce<TReducer>(sum.Value);
        if (Group.IdxX == 0)
            y[(long)Grid.IdxY * Grid.DimX + Grid.IdxX] = total / divisor;
    }

    /// <summary>The elements of a tensor some of whose axes are reduced, not the innermost ones.</summary>
    internal readonly struct StridedTerm(ArrayView<float> x, StridedIndex kept, StridedIndex reduced, int rows, int columns) : IColumnTerm
    {
        public int FirstRow(int outer) => 0;

        public int EndRow(int outer) => rows;

        public long BaseOf(int outer) => kept.OffsetOf((uint)outer * (uint)columns);

        public float At(long start, int row, int column) => x[start + reduced.OffsetOf((uint)row) + column];
    }
}
