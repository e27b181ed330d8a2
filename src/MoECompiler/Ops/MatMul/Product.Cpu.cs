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
    /// <summary>The most rows and depth of a block: 240 KiB of a, and of b's panel at most 32 KiB.</summary>
    public const int BlockRows = 240, BlockDepth = 256;

    /// <summary>Scratch memory, in floats: the block, the panel, and a tile.</summary>
    private const int Scratch = BlockRows * BlockDepth + 32 * BlockDepth + 12 * 32;

    /// <summary>Computes one of the blocks that rows <paramref name="first"/> and on of the result are cut into.</summary>
    public void Run<V, TEpilogue>(in Blocks blocks, int task, long first, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TEpilogue : unmanaged, IEpilogue
    {
        int row = task / blocks.ColumnChunks * blocks.RowsEach;
        int column = task % blocks.ColumnChunks * blocks.ColumnsEach;
        int rows = Math.Min(blocks.RowsEach, blocks.Rows - row);
        Run<V, TEpilogue>(first + row, rows, column, Math.Min(blocks.ColumnsEach, blocks.Columns - column), epilogue);
    }

    /// <summary>Computes a block of at most <see cref="BlockRows"/> rows.</summary>
    private void Run<V, TEpilogue>(long row, int rows, int column, int columns, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TEpilogue : unmanaged, IEpilogue
    {
        float* scratch = ThreadTeam.Scratch(Scratch);
        int width = Tile.Columns<V>();
        float* block = scratch;
        float* panel = block + BlockRows * BlockDepth;
        float* edge = panel + 32 * BlockDepth;
        int start = 0;
        do
        {
            int deep = Math.Min(BlockDepth, depth - start);
            bool finishes = start + deep == depth;
            PackRows(row, rows, start, deep, block);
            for (int j = 0; j < columns; j += width)
            {
                int count = Math.Min(width, columns - j);
                Packing.Pack(b, column + j, count, width, start, deep, panel);
                for (int i = 0, tile; i < rows; i += tile)
                {
                    tile = Tile.RowsOf(rows - i);
                    float* to = c + (row + i) * cStride + column + j;
                    if (count == width)
                        Tile.Multiply<V>(tile, block + i * deep, panel, width, deep, to, cStride, start > 0);
                    else
                        MultiplyEdge<V>(tile, block + i * deep, panel, deep, to, count, edge, start > 0);
                    if (finishes)
                        Finish<V, TEpilogue>(row + i, tile, column + j, count, epilogue);
                }
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

    /// <summary>A tile that c has not all columns of goes through a whole one.</summary>
    private void MultiplyEdge<V>(int rows, float* block, float* panel, int deep, float* to, int columns, float* edge, bool adds)
        where V : unmanaged, ILanes<V>
    {
        int width = Tile.Columns<V>();
        for (int i = 0; i < rows && adds; i++)
            new ReadOnlySpan<float>(to + i * cStride, columns).CopyTo(new Span<float>(edge + i * width, columns));
        Tile.Multiply<V>(rows, block, panel, width, deep, edge, width, adds);
        for (int i = 0; i < rows; i++)
            new ReadOnlySpan<float>(edge + i * width, columns).CopyTo(new Span<float>(to + i * cStride, columns));
    }

    /// <summary>Applies the epilogue to sums that were stored just now.</summary>
    private void Finish<V, TEpilogue>(long row, int rows, int column, int columns, TEpilogue epilogue)
        where V : unmanaged, ILanes<V>
        where TEpilogue : unmanaged, IEpilogue
    {
        if (typeof(TEpilogue) == typeof(NoEpilogue))
            return;
        for (int i = 0; i < rows; i++)
        {
            float* sums = c + (row + i) * cStride + column;
            int j = 0;
            for (; j + V.Count <= columns; j += V.Count)
                epilogue.Apply(V.Load(sums + j), row + i, column + j).Store(sums + j);
            for (; j < columns; j++)
                epilogue.Apply(Lanes1.Load(sums + j), row + i, column + j).Store(sums + j);
        }
    }
}
