namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>The form of a tile of a product's result that a group computes.</summary>
/// <param name="Rows">Of the tile.</param>
/// <param name="Columns">Of the tile.</param>
internal abstract record ProductTileForm(int Rows, int Columns)
{
    /// <summary>The threads of a group.</summary>
    public abstract int Group { get; }

    /// <summary>What kernels of this form are called by.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The first that computes little for nothing past the result's edges and yields groups enough for a large GPU; if none does, the one
    /// that computes least for nothing.
    /// </summary>
    /// <param name="forms">From the one that reads least for what it computes to the one that keeps most groups busy.</param>
    /// <param name="rows">Of each product's result.</param>
    /// <param name="columns">Of each product's result.</param>
    /// <param name="count">How many products.</param>
    protected static T Choose<T>(IReadOnlyList<T> forms, long rows, long columns, long count) where T : ProductTileForm =>
        forms.FirstOrDefault(f => f.Suits(rows, columns, count)) ?? forms.Reverse().OrderBy(f => f.Area(rows, columns)).First();

    /// <summary>The rule of <c>ProductShape.Suits</c>, by which a launch chooses.</summary>
    private bool Suits(long rows, long columns, long count) =>
        count * Across(rows, Rows) * Across(columns, Columns) >= 128 && 4 * Area(rows, columns) <= 5 * rows * columns;

    private long Area(long rows, long columns) => Across(rows, Rows) * Rows * Across(columns, Columns) * Columns;

    private static long Across(long extent, int tile) => (extent + tile - 1) / tile;
}
