namespace MoECompiler.Ops;

/// <summary>What is reduced over rows, for each column and each of some outer indices.</summary>
internal interface IColumnTerm
{
    int FirstRow(int outer);

    int EndRow(int outer);

    /// <summary>What all terms of one outer index have in common, wherever the term needs it.</summary>
    long BaseOf(int outer);

    float At(long start, int row, int column);
}

/// <summary>
/// How rows are shared out: a group has some columns and, for each of them, some lanes of rows; where there are few columns beside the
/// rows, the rows go in pieces whose results are reduced once more. What is added in which order depends on the device and the extents
/// only.
/// </summary>
internal readonly record struct ColumnPlan(int Outer, int Columns, int Group, int Width, int Pieces)
{
    /// <summary>What a piece has at least, so that its result is little beside it.</summary>
    private const int MinimumRows = 128;

    /// <param name="rows">For each outer index; about, where kernels find out.</param>
    public static ColumnPlan Of(GpuDevice gpu, int outer, int rows, int columns)
    {
        DeviceTraits traits = gpu.Traits;
        int group = traits.ElementGroup;
        int width = 1;
        while (width < columns && width < (traits.IsProcessor ? group : Math.Min(32, group)))
            width *= 2;
        long groups = Math.Max(1L, (long)outer * Work.Groups(columns, width));
        return new ColumnPlan(outer, columns, traits.IsProcessor ? width : group, width, GpuKernels.Pieces(gpu, groups, rows, MinimumRows));
    }

    public int Tiles => Work.Groups(Columns, Width);

    /// <summary>The results of all pieces; none where there is one piece, as that writes the result itself.</summary>
    public long Partials => Pieces == 1 ? 0 : (long)Pieces * Outer * Columns;
}

public static partial class GpuKernels
{
    /// <summary>In how many pieces to reduce <paramref name="rows"/>, if <paramref name="groups"/> groups do what cannot be shared out.</summary>
    internal static int Pieces(GpuDevice gpu, long groups, int rows, int least)
    {
        int most = Math.Clamp(rows / least, 1, ushort.MaxValue);
        return gpu.Traits.IsProcessor ? most : (int)Math.Clamp(4 * gpu.Traits.Multiprocessors / groups, 1, most);
    }

    /// <summary>Reduces over rows; <paramref name="partials"/> is memory for <see cref="ColumnPlan.Partials"/> numbers.</summary>
    private static void ReduceColumns<TReducer, TTerm>(
        GpuDevice gpu, ColumnPlan plan, TTerm term, ArrayView<float> partials, ArrayView<float> y, float divisor, long flops, long bytes)
        where TReducer : struct, IReducer
        where TTerm : struct, IColumnTerm
    {
        bytes += 4 * Math.Max(plan.Partials, y.Length);
        Work work = new(new Index3D(checked(plan.Tiles * plan.Outer), plan.Pieces, 1), plan.Group, flops, bytes);
        if (plan.Pieces == 1)
        {
            gpu.Launch(ReduceColumnPiece<TReducer, TTerm>, work, term, y, plan.Columns, plan.Width, divisor);
            return;
        }
        gpu.Launch(ReduceColumnPiece<TReducer, TTerm>, work, term, partials, plan.Columns, plan.Width, 1f);
        ColumnPlan last = ColumnPlan.Of(gpu, 1, 1, checked(plan.Outer * plan.Columns));
        MatrixTerm pieces = new(partials, plan.Pieces, last.Columns);
        ReduceColumns<TReducer, MatrixTerm>(gpu, last, pieces, default, y, divisor, flops: plan.Partials, bytes: 4 * plan.Partials);
    }

    /// <summary>A tile of columns of a piece of the rows of an outer index.</summary>
    private static void ReduceColumnPiece<TReducer, TTerm>(TTerm term, ArrayView<float> y, int columns, int width, float divisor)
        where TReducer : struct, IReducer
        where TTerm : struct, IColumnTerm
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(RowGroup.MaximumThreads);
        int tiles = (columns + width - 1) / width;
        int outer = Grid.IdxX / tiles;
        int column = (Grid.IdxX - outer * tiles) * width + Group.IdxX % width;
        int lane = Group.IdxX / width;
        int lanes = Group.DimX / width;

        int end = term.EndRow(outer);
        int each = (end - term.FirstRow(outer) + Grid.DimY - 1) / Grid.DimY;
        int first = term.FirstRow(outer) + Grid.IdxY * each;
        end = Math.Min(end, first + each);
        ScalarLane sum = new(TReducer.Identity);
        if (column < columns)
        {
            long start = term.BaseOf(outer);
            for (int row = first + lane; row < end;)
            {
                ScalarLane block = new(TReducer.Identity);
                for (int blockEnd = Math.Min(end, row + ReductionBlock * lanes); row < blockEnd; row += lanes)
                    block = TReducer.Join(block, new ScalarLane(term.At(start, row, column)));
                sum = TReducer.Join(sum, block);
            }
        }
        sums[Group.IdxX] = sum.Value;
        for (int half = lanes >> 1; half > 0; half >>= 1)
        {
            Intrinsics.Barrier();
            if (lane < half)
                sums[Group.IdxX] = TReducer.Join(new ScalarLane(sums[Group.IdxX]), new ScalarLane(sums[Group.IdxX + half * width])).Value;
        }
        if (lane == 0 && column < columns)
            y[((long)Grid.IdxY * (Grid.DimX / tiles) + outer) * columns + column] = sums[Group.IdxX] / divisor;
    }

    /// <summary>The elements of a matrix: such as the results of the pieces.</summary>
    internal readonly struct MatrixTerm(ArrayView<float> x, int rows, int columns) : IColumnTerm
    {
        public int FirstRow(int outer) => 0;

        public int EndRow(int outer) => rows;

        public long BaseOf(int outer) => 0;

        public float At(long start, int row, int column) => x[(long)row * columns + column];
    }
}
