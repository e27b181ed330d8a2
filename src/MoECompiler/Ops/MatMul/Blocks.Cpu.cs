namespace MoECompiler.Ops;

/// <summary>
/// How a product's result is cut into tasks: by rows into as few blocks as the cache allows, by columns into enough chunks to keep all
/// threads busy until the end. The cut has no influence on the result.
/// </summary>
internal readonly record struct Blocks(int Rows, int RowsEach, int Columns, int ColumnsEach)
{
    /// <summary>The most rows of a block: with the depth of one, 384 KiB of floats.</summary>
    public const int MaximumRows = 384;

    /// <summary>What a task should at least do to be worth a hand-over, in multiply-adds: some 2 microseconds.</summary>
    private const long LeastWork = 200_000;

    /// <summary>Packing a panel costs about as much as multiplying so many rows by it.</summary>
    private const int PackingRows = 12;

    /// <summary>Each chunk packs the rows again, so it should not be narrower without need.</summary>
    private const int LeastColumns = 128;

    /// <summary>More tasks than threads, so that the others can help one that is late.</summary>
    private const int TasksPerThread = 12;

    public int Count => RowBlocks * ColumnChunks;

    public int RowBlocks => RowBlocksOf(Rows);

    public int ColumnChunks => (Columns + ColumnsEach - 1) / ColumnsEach;

    /// <summary>The blocks of each of some products of one size.</summary>
    public static Blocks Of(int rows, int columns, int depth, int products, int threads)
    {
        int blocks = Math.Max(1, RowBlocksOf(rows));
        return Of(rows, columns, ColumnsOf(columns, depth, rows / blocks, (long)products * blocks, threads));
    }

    /// <summary>The blocks of one product whose chunks have a given width.</summary>
    public static Blocks Of(int rows, int columns, int columnsEach)
    {
        int blocks = Math.Max(1, RowBlocksOf(rows));
        return new Blocks(rows, RoundUp(Math.Max(1, (rows + blocks - 1) / blocks), Tile.MaximumRows), columns, columnsEach);
    }

    public static int RowBlocksOf(int rows) => (rows + MaximumRows - 1) / MaximumRows;

    /// <summary>The width of a chunk of columns.</summary>
    /// <param name="columns">The columns of the result.</param>
    /// <param name="depth">How many products each sum has.</param>
    /// <param name="rows">The rows of a block.</param>
    /// <param name="blocks">How many blocks of rows the whole job has.</param>
    /// <param name="threads">How many threads share it.</param>
    public static int ColumnsOf(int columns, int depth, int rows, long blocks, int threads)
    {
        int width = 2 * LaneWidth.Floats;
        long wanted = threads == 1 ? 1 : (TasksPerThread * threads + blocks - 1) / Math.Max(1, blocks);
        long worthwhile = (rows + PackingRows) * (long)depth * columns / LeastWork;
        long wide = columns / (rows > PackingRows ? LeastColumns : width);
        long chunks = Math.Max(1, Math.Min(wanted, Math.Min(worthwhile, wide)));
        return RoundUp(Math.Max(1, (int)((columns + chunks - 1) / chunks)), width);
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
