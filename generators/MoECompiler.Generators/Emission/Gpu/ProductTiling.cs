namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>How a group computes a tile of a product's result, and its threads parts of the tile.</summary>
/// <param name="Rows">Of the tile.</param>
/// <param name="Columns">Of the tile.</param>
/// <param name="Depth">What of the depth is staged in shared memory at a time.</param>
/// <param name="ThreadRows">Of a thread's part; a multiple of 4.</param>
/// <param name="ThreadColumns">Of a thread's part; a multiple of 4.</param>
/// <param name="Unrolled">The steps of the depth that the loop's text holds.</param>
internal sealed record ProductTiling(int Rows, int Columns, int Depth, int ThreadRows, int ThreadColumns, int Unrolled)
{
    /// <summary>From the one that reads least for what it computes to the one that keeps most groups busy.</summary>
    private static readonly ProductTiling[] s_all =
    [
        new(128, 128, 8, 8, 8, 2), new(64, 64, 16, 8, 4, 4), new(64, 32, 16, 4, 4, 4), new(64, 16, 16, 4, 4, 4), new(32, 32, 16, 4, 4, 4),
    ];

    /// <summary>The threads of a group.</summary>
    public int Group => Rows / ThreadRows * (Columns / ThreadColumns);

    public string Name => $"Tile{Rows}x{Columns}";

    /// <summary>Which of two tilings is tried first.</summary>
    public int Rank => Array.IndexOf(s_all, this);

    /// <summary>
    /// The first that computes little for nothing past the result's edges and yields groups enough for a large GPU; if none does, the one
    /// that computes least for nothing.
    /// </summary>
    /// <param name="rows">Of each product's result.</param>
    /// <param name="columns">Of each product's result.</param>
    /// <param name="count">How many products.</param>
    public static ProductTiling For(long rows, long columns, long count) =>
        s_all.FirstOrDefault(t => t.Suits(rows, columns, count)) ?? Enumerable.Reverse(s_all).OrderBy(t => t.Area(rows, columns)).First();

    /// <summary>The rule of <c>ProductShape.Suits</c>, by which a launch chooses.</summary>
    private bool Suits(long rows, long columns, long count) =>
        count * Across(rows, Rows) * Across(columns, Columns) >= 128 && 4 * Area(rows, columns) <= 5 * rows * columns;

    private long Area(long rows, long columns) => Across(rows, Rows) * Rows * Across(columns, Columns) * Columns;

    private static long Across(long extent, int tile) => (extent + tile - 1) / tile;
}
