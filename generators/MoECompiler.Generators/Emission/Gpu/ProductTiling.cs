namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>How a group computes a tile of a product's result, and its threads parts of the tile.</summary>
/// <param name="Rows">Of the tile.</param>
/// <param name="Columns">Of the tile.</param>
/// <param name="Depth">What of the depth is staged in shared memory at a time.</param>
/// <param name="ThreadRows">Of a thread's part; a multiple of 4.</param>
/// <param name="ThreadColumns">Of a thread's part; a multiple of 4.</param>
/// <param name="Unrolled">The steps of the depth that the loop's text holds.</param>
internal sealed record ProductTiling(int Rows, int Columns, int Depth, int ThreadRows, int ThreadColumns, int Unrolled)
    : ProductTileForm(Rows, Columns)
{
    /// <summary>From the one that reads least for what it computes to the one that keeps most groups busy.</summary>
    private static readonly ProductTiling[] s_all =
    [
        new(128, 128, 8, 8, 8, 2), new(64, 64, 16, 8, 4, 4), new(64, 32, 16, 4, 4, 4), new(64, 16, 16, 4, 4, 4), new(32, 32, 16, 4, 4, 4),
    ];

    /// <summary>The threads of a group.</summary>
    public override int Group => Rows / ThreadRows * (Columns / ThreadColumns);

    public override string Name => $"Tile{Rows}x{Columns}";

    /// <summary>Which of two tilings is tried first.</summary>
    public int Rank => Array.IndexOf(s_all, this);

    /// <summary>That which suits products of these sizes.</summary>
    /// <inheritdoc cref="ProductTileForm.Choose"/>
    public static ProductTiling For(long rows, long columns, long count) => Choose(s_all, rows, columns, count);
}
