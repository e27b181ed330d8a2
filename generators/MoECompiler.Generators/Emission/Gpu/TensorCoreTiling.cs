namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>How a group computes a tile of a product's result on tensor cores, and its warps parts of the tile.</summary>
/// <param name="Rows">Of the tile.</param>
/// <param name="Columns">Of the tile.</param>
/// <param name="Depth">What of the depth is staged in shared memory at a time; a multiple of 16, which is what an instruction takes.</param>
/// <param name="WarpRows">Of a warp's part; a multiple of 16.</param>
/// <param name="WarpColumns">Of a warp's part; a multiple of 16.</param>
/// <param name="Stages">How many parts of the depth are in shared memory: all but one are under way while that one is multiplied.</param>
internal sealed record TensorCoreTiling(int Rows, int Columns, int Depth, int WarpRows, int WarpColumns, int Stages) : ProductTileForm(Rows, Columns)
{
    public const int Warp = 32;

    /// <summary>The elements that are copied at once.</summary>
    public const int Vector = 8;

    /// <summary>Of each, all threads have as much to copy, and the parts are no more than the 48 KiB that a kernel has without asking.</summary>
    private static readonly TensorCoreTiling[] s_all =
    [
        new(128, 128, 32, 64, 32, 3), new(64, 64, 32, 32, 32, 4), new(32, 64, 32, 16, 32, 4), new(32, 32, 32, 16, 16, 4), new(16, 64, 64, 16, 16, 4),
    ];

    public override int Group => Rows / WarpRows * (Columns / WarpColumns) * Warp;

    public override string Name => $"TensorCore{Rows}x{Columns}";

    /// <summary>Which of two tilings is tried first.</summary>
    public int Rank => Array.IndexOf(s_all, this);

    /// <summary>That which suits products of these sizes.</summary>
    /// <inheritdoc cref="ProductTileForm.Choose"/>
    public static TensorCoreTiling For(long rows, long columns, long count) => Choose(s_all, rows, columns, count);
}
