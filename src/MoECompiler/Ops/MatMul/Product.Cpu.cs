namespace MoECompiler.Ops;

/// <summary>
/// The blocked product behind every kernel that multiplies matrices: c[row, column] = sum over depth of a[row, depth] b[column, depth].
/// A block of a's rows is packed once and stays in the second-level cache; each panel of b is packed and used while it is in the first.
/// </summary>
/// <remarks>
/// The sum is one chain in the order of depth, kept in c between blocks of depth: no block size, thread or neighbour changes its bits.
/// Source: Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008, with the roles of a and b exchanged.
/// </remarks>
internal readonly unsafe struct Product(Operand a, Operand b, float* c, long cStride, int depth)
{
    /// <summary>The most rows and depth of a block: 384 KiB of a, and of b's panel at most 32 KiB.</summary>
    public const int BlockRows = 384, BlockDepth = 256;

    /// <summary>The depth of a block whose lines of b are read in place: as many streams as the machine follows.</summary>
    private const int StreamedDepth = 16;

    /// <summary>Scratch memory, in floats: the block, the panel, and a tile.</summary>
    private const int Scratch = BlockRows * BlockDepth + 32 * BlockDepth + 12 * 32;

    /// <summary>A piece of b: some columns, some depth.</summary>
    private readonly record struct Panel(int Column, int Columns, int Start, int Depth);

    /// <summary>Computes one of the blocks that rows <paramref name="first"/> and on of the result are cut into.</summary>
    public void Run<V, TEpilogue>(in Blocks blocks, int task, long first, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TEpilogue : unmanaged, IEpilogue
    {
        int row = task / blocks.ColumnChunks * blocks.RowsEach;
        int column = task % blocks.ColumnChunks * blocks.ColumnsEach;
        int rows = Math.Min(blocks.RowsEach, blocks.Rows - row);
        RunBlock<V, TEpilogue>(first + row, rows, column, Math.Min(column + blocks.ColumnsEach, blocks.Columns), epilogue);
    }

    private void RunBlock<V, TEpilogue>(long row, int rows, int from, int to, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TEpilogue : unmanaged, IEpilogue
    {
        float* block = ThreadTeam.Scratch(Scratch);
        float* packed = block + BlockRows * BlockDepth;
        float* edge = packed + 32 * BlockDepth;
        int width = Tile.Columns<V>();
        // For a single tile of rows, packing b would cost more than it saves.
        bool streams = rows <= Tile.MaximumRows && b.LinesAreDepth && b.IsRegular;
        int blockDepth = streams ? StreamedDepth : BlockDepth;
        int start = 0;
        do
        {
            int deep = Math.Min(blockDepth, depth - start);
            PackRows(row, rows, start, deep, block);
            for (int column = from; column < to; column += width)
            {
                Panel panel = new(column, Math.Min(width, to - column), start, deep);
                if (streams && panel.Columns == width)
                {
                    RunPanel<V, TEpilogue>(row, rows, block, b[start] + column, b.Stride, panel, edge, epilogue);
                    continue;
                }
                Packing.Pack(b, column, panel.Columns, width, start, deep, packed);
                RunPanel<V, TEpilogue>(row, rows, block, packed, width, panel, edge, epilogue);
            }
            start += deep;
        }
        while (start < depth);
    }

    private void PackRows(long row, int rows, int start, int deep, float* block)
    {
        for (int i = 0, tile; i < rows; i += tile)
        {
            tile = Tile.RowsOf(rows - i);
            Packing.Pack(a, row + i, tile, tile, start, deep, block + i * deep);
        }
    }

    /// <summary>Multiplies all rows of a block by a panel; the sums of the next tile are fetched meanwhile.</summary>
    private void RunPanel<V, TEpilogue>(
        long row, int rows, float* block, float* source, long sourceStride, Panel panel, float* edge, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TEpilogue : unmanaged, IEpilogue
    {
        bool adds = panel.Start > 0;
        bool finishes = panel.Start + panel.Depth == depth;
        for (int i = 0, tile; i < rows; i += tile)
        {
            tile = Tile.RowsOf(rows - i);
            float* sums = c + (row + i) * cStride + panel.Column;
            for (int j = tile; j < Math.Min(2 * tile, rows - i); j++)
            {
                Cache.Fetch(sums + j * cStride);
                Cache.Fetch(sums + j * cStride + Cache.LineFloats);
            }
            if (panel.Columns == Tile.Columns<V>())
                Tile.Multiply<V>(tile, block + i * panel.Depth, source, sourceStride, panel.Depth, sums, cStride, adds);
            else
                MultiplyEdge<V>(tile, block + i * panel.Depth, source, panel, sums, edge);
            if (finishes)
                Finish<V, TEpilogue>(row + i, tile, panel, epilogue);
        }
    }

    /// <summary>A tile that c has not all columns of goes through a whole one.</summary>
    private void MultiplyEdge<V>(int rows, float* block, float* source, Panel panel, float* sums, float* edge) where V : unmanaged, ILanes<V>
    {
        int width = Tile.Columns<V>();
        bool adds = panel.Start > 0;
        for (int i = 0; i < rows && adds; i++)
            new ReadOnlySpan<float>(sums + i * cStride, panel.Columns).CopyTo(new Span<float>(edge + i * width, panel.Columns));
        Tile.Multiply<V>(rows, block, source, width, panel.Depth, edge, width, adds);
        for (int i = 0; i < rows; i++)
            new ReadOnlySpan<float>(edge + i * width, panel.Columns).CopyTo(new Span<float>(sums + i * cStride, panel.Columns));
    }

    /// <summary>Applies the epilogue to sums that were stored just now.</summary>
    private void Finish<V, TEpilogue>(long row, int rows, Panel panel, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TEpilogue : unmanaged, IEpilogue
    {
        if (typeof(TEpilogue) == typeof(NoEpilogue))
            return;
        for (int i = 0; i < rows; i++)
        {
            float* sums = c + (row + i) * cStride + panel.Column;
            int j = 0;
            for (; j + V.Count <= panel.Columns; j += V.Count)
                epilogue.Apply(V.Load(sums + j), row + i, panel.Column + j).Store(sums + j);
            for (; j < panel.Columns; j++)
                epilogue.Apply(Lanes1.Load(sums + j), row + i, panel.Column + j).Store(sums + j);
        }
    }
}
