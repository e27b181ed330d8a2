namespace MoECompiler.Ops;

/// <summary>
/// The blocked product behind every kernel that multiplies matrices: c[row, column] = sum over depth of a[row, depth] b[column, depth].
/// The depth goes on from a first pair of operands to a second one, if there is one: they are packed side by side, and multiplied as one.
/// A block of a's rows is packed once and stays in the second-level cache; each panel of b is packed and used while it is in the first.
/// </summary>
/// <remarks>
/// The sum is one chain in the order of depth, kept in c between blocks of depth, or beside it where c has 16 bits: no block size, thread
/// or neighbour changes its bits; <see cref="NarrowRows{T, TSecond, TResult, TEpilogue, TGroups}"/> sums the few columns that are not worth a block. What has 16 bits is widened as it is packed.
/// Source: Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008, with the roles of a and b exchanged.
/// </remarks>
/// <param name="first">The operands that the depth begins with.</param>
/// <param name="second">Those that it goes on with.</param>
/// <param name="c">The result.</param>
/// <param name="cStride">From row to row of the result.</param>
internal readonly unsafe struct Product<T, TSecond, TResult>(OperandPair<T> first, OperandPair<TSecond> second, TResult* c, long cStride)
    where T : unmanaged
    where TSecond : unmanaged
    where TResult : unmanaged
{
    /// <summary>The most depth of a block: of b's panel at most 32 KiB.</summary>
    private const int BlockDepth = 256;

    /// <summary>The depth of a block whose lines of b are read in place: as many streams as the machine follows.</summary>
    private const int StreamedDepth = 16;

    /// <summary>The most columns at a time whose sums are kept beside a result of 16 bits: 1.5 MiB for a block.</summary>
    private const int KeptColumns = 1024;

    /// <summary>Scratch memory, in floats: the block, the panel, and a tile.</summary>
    private const int Scratch = Blocks.MaximumRows * BlockDepth + 32 * BlockDepth + 12 * 32;

    /// <summary>A piece of b: some columns, some depth.</summary>
    private readonly record struct Panel(int Column, int Columns, int Start, int Depth);

    /// <summary>Where the sums of a block are, from its first row and column on.</summary>
    private readonly record struct Sums(nint First, long Stride, int Column)
    {
        public float* At(int row, int column) => (float*)First + row * Stride + (column - Column);
    }

    /// <summary>Computes one of the blocks that rows <paramref name="first"/> and on of the result are cut into.</summary>
    public void Run<V, TEpilogue>(in Blocks blocks, int task, long first, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TEpilogue : unmanaged, IEpilogue
    {
        int row = task / blocks.ColumnChunks * blocks.RowsEach;
        int column = task % blocks.ColumnChunks * blocks.ColumnsEach;
        int rows = Math.Min(blocks.RowsEach, blocks.Rows - row);
        int end = Math.Min(column + blocks.ColumnsEach, blocks.Columns);
        for (int each = typeof(TResult) == typeof(float) ? blocks.ColumnsEach : KeptColumns; column < end; column += each)
            RunBlock<V, TEpilogue>(first + row, rows, column, Math.Min(column + each, end), epilogue);
    }

    private void RunBlock<V, TEpilogue>(long row, int rows, int from, int to, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TEpilogue : unmanaged, IEpilogue
    {
        bool keeps = typeof(TResult) != typeof(float);
        float* block = ThreadTeam.Scratch(Scratch + (keeps ? (long)rows * (to - from) : 0));
        Sums sums = keeps ? new((nint)(block + Scratch), to - from, from) : new((nint)(c + row * cStride + from), cStride, from);
        float* packed = block + Blocks.MaximumRows * BlockDepth;
        float* edge = packed + 32 * BlockDepth;
        int width = Tile.Columns<V>();
        // For a single tile of rows, packing b would cost more than it saves.
        bool mayStream = rows <= Tile.MaximumRows && first.B.LinesAreDepth && first.B.IsRegular;
        int start = 0;
        do
        {
            bool streams = mayStream && start < first.Depth;
            int deep = streams ? Math.Min(StreamedDepth, first.Depth - start) : Math.Min(BlockDepth, Depth - start);
            PackRows(row, rows, start, deep, block);
            for (int column = from; column < to; column += width)
            {
                Panel panel = new(column, Math.Min(width, to - column), start, deep);
                if (streams && panel.Columns == width)
                {
                    RunPanel<V, T, TEpilogue>(row, rows, block, first.B[start] + column, first.B.Stride, panel, sums, edge, epilogue);
                    continue;
                }
                PackColumns(panel, width, packed);
                RunPanel<V, float, TEpilogue>(row, rows, block, packed, width, panel, sums, edge, epilogue);
            }
            start += deep;
        }
        while (start < Depth);
    }

    /// <summary>Of both pairs.</summary>
    private int Depth => first.Depth + second.Depth;

    /// <summary>How much of a piece of the depth belongs to the first pair.</summary>
    private int OfFirst(int start, int deep) => Math.Clamp(first.Depth - start, 0, deep);

    private void PackRows(long row, int rows, int start, int deep, float* block)
    {
        int own = OfFirst(start, deep);
        for (int i = 0, tile; i < rows; i += tile)
        {
            tile = Tile.RowsOf(rows - i);
            float* panel = block + i * deep;
            if (own > 0)
                Packing.Pack(first.A, row + i, tile, tile, start, own, panel);
            if (own < deep)
                Packing.Pack(second.A, row + i, tile, tile, start + own - first.Depth, deep - own, panel + own * tile);
        }
    }

    private void PackColumns(Panel panel, int width, float* packed)
    {
        int own = OfFirst(panel.Start, panel.Depth);
        if (own > 0)
            Packing.Pack(first.B, panel.Column, panel.Columns, width, panel.Start, own, packed);
        if (own < panel.Depth)
            Packing.Pack(second.B, panel.Column, panel.Columns, width, panel.Start + own - first.Depth, panel.Depth - own, packed + own * width);
    }

    /// <summary>Multiplies all rows of a block by a panel; the sums of the next tile are fetched meanwhile.</summary>
    private void RunPanel<V, TSource, TEpilogue>(
        long row, int rows, float* block, TSource* source, long sourceStride, Panel panel, Sums sums, float* edge, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TSource : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        bool adds = panel.Start > 0;
        bool finishes = panel.Start + panel.Depth == Depth;
        for (int i = 0, tile; i < rows; i += tile)
        {
            tile = Tile.RowsOf(rows - i);
            float* tileSums = sums.At(i, panel.Column);
            for (int j = tile; j < Math.Min(2 * tile, rows - i); j++)
            {
                Cache.Fetch(tileSums + j * sums.Stride);
                Cache.Fetch(tileSums + j * sums.Stride + Cache.Line<float>());
            }
            if (panel.Columns == Tile.Columns<V>())
                Tile.Multiply<V, TSource>(tile, block + i * panel.Depth, source, sourceStride, panel.Depth, tileSums, sums.Stride, adds);
            else
                MultiplyEdge<V, TSource>(tile, block + i * panel.Depth, source, panel, tileSums, sums.Stride, edge);
            if (finishes)
                Finish<V, TEpilogue>(row + i, tile, panel, tileSums, sums.Stride, epilogue);
        }
    }

    /// <summary>A tile that the result has not all columns of goes through a whole one.</summary>
    private static void MultiplyEdge<V, TSource>(int rows, float* block, TSource* source, Panel panel, float* sums, long stride, float* edge)
        where V : unmanaged, ILanes<V>
        where TSource : unmanaged
    {
        int width = Tile.Columns<V>();
        bool adds = panel.Start > 0;
        for (int i = 0; i < rows && adds; i++)
            new ReadOnlySpan<float>(sums + i * stride, panel.Columns).CopyTo(new Span<float>(edge + i * width, panel.Columns));
        Tile.Multiply<V, TSource>(rows, block, source, width, panel.Depth, edge, width, adds);
        for (int i = 0; i < rows; i++)
            new ReadOnlySpan<float>(edge + i * width, panel.Columns).CopyTo(new Span<float>(sums + i * stride, panel.Columns));
    }

    /// <summary>Applies the epilogue to sums that were stored just now, and puts them into a result of 16 bits.</summary>
    private void Finish<V, TEpilogue>(long row, int rows, Panel panel, float* sums, long stride, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TEpilogue : unmanaged, IEpilogue
    {
        if (typeof(TEpilogue) == typeof(NoEpilogue) && typeof(TResult) == typeof(float))
            return;
        for (int i = 0; i < rows; i++, sums += stride)
        {
            TResult* result = c + (row + i) * cStride + panel.Column;
            int j = 0;
            for (; j + V.Count <= panel.Columns; j += V.Count)
                Stored.Store(epilogue.Apply(V.Load(sums + j), row + i, panel.Column + j), result + j);
            for (; j < panel.Columns; j++)
                Stored.Store(epilogue.Apply(Lanes1.Load(sums + j), row + i, panel.Column + j), result + j);
        }
    }
}
