namespace MoECompiler.Ops;

/// <summary>
/// How a product's result is cut into tasks: by rows as few blocks as the cache allows, by columns into enough chunks to keep all threads
/// busy until the end. The cut has no influence on the result.
/// </summary>
internal readonly record struct Blocks(int Rows, int RowsEach, int Columns, int ColumnsEach)
{
    /// <summary>What a task should at least do to be worth a hand-over, in multiply-adds: some 2 microseconds.</summary>
    private const long LeastWork = 200_000;

    /// <summary>Packing a panel costs about as much as multiplying so many rows by it.</summary>
    private const int PackingRows = 12;

    /// <summary>More tasks than threads, so that one that is late can be helped out.</summary>
    private const int TasksPerThread = 4;

    public int Count => RowBlocks * ColumnChunks;

    public int RowBlocks => (Rows + RowsEach - 1) / RowsEach;

    public int ColumnChunks => (Columns + ColumnsEach - 1) / ColumnsEach;

    /// <param name="rows">The rows of the result.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="depth">How many products each sum has.</param>
    /// <param name="others">How many products of this size are computed in the same job.</param>
    /// <param name="threads">How many threads share the job.</param>
    public static Blocks Of(int rows, int columns, int depth, int others, int threads)
    {
        int rowBlocks = Math.Max(1, (rows + Product.BlockRows - 1) / Product.BlockRows);
        int rowsEach = RoundUp(Math.Max(1, (rows + rowBlocks - 1) / rowBlocks), Tile.MaximumRows);
        int width = 2 * LaneWidth.Floats;
        long work = (long)Math.Min(rows, rowsEach) + PackingRows;
        work *= (long)depth * columns;
        long wanted = threads == 1 ? 1 : (TasksPerThread * threads + (long)rowBlocks * others - 1) / ((long)rowBlocks * others);
        long chunks = Math.Clamp(Math.Min(wanted, work / LeastWork), 1, Math.Max(1, columns / width));
        return new Blocks(rows, rowsEach, columns, RoundUp(Math.Max(1, (int)((columns + chunks - 1) / chunks)), width));
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
