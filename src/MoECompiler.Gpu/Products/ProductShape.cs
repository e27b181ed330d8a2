namespace MoECompiler;

/// <summary>What a kernel of a product is told of its operands.</summary>
/// <param name="rows">The rows of each result.</param>
/// <param name="columns">The columns of each result.</param>
/// <param name="depth">How many products an element sums up; for a weight's gradient the rows of all experts.</param>
/// <param name="count">How many products of this shape there are.</param>
/// <param name="experts">How many experts share the rows; 0 where they belong to none.</param>
/// <param name="slots">How many rows of the order have one row of the gathered operand; 1 where none is gathered.</param>
public readonly struct ProductShape(int rows, int columns, int depth, int count = 1, int experts = 0, int slots = 1)
{
    /// <summary>What <see cref="Aligned"/> is a sum of.</summary>
    public const int LeftAligned = 1, RightAligned = 2, ResultAligned = 4;

    public readonly int Rows = rows;

    public readonly int Columns = columns;

    public readonly int Depth = depth;

    public readonly int Count = count;

    public readonly int Experts = experts;

    public readonly int Slots = slots;

    /// <summary>Which operands are read and written 128 bits at a time.</summary>
    public int Aligned { get; init; }

    /// <summary>A group for each tile of the results.</summary>
    public Work Tiles(int tileRows, int tileColumns, int group, long flops, long bytes) =>
        new(new Index3D(checked((int)Number(tileRows, tileColumns)), 1, 1), group, flops, bytes);

    /// <summary>A thread for each tile of the results.</summary>
    public Work Cells(int tileRows, int tileColumns, int group, long flops, long bytes) =>
        Work.PerElement(Number(tileRows, tileColumns), group, flops, bytes);

    /// <summary>Whether rows are so few that groups share the depth rather than the rows.</summary>
    public bool HasFewRows => Rows <= 8;

    /// <summary>A group for each tile of the results, whose threads share the depth; experts play no part.</summary>
    public Work Shared(DeviceTraits device, int tileRows, int tileColumns, long flops, long bytes) => new(
        new Index3D(checked((int)(Count * Across(Rows, tileRows) * Across(Columns, tileColumns))), 1, 1), Math.Min(GroupSums.MaximumThreads, device.RowGroupOf(Depth / 4)),
        flops, bytes);

    /// <summary>Whether tiles of this form compute little for nothing past the results' edges, and are enough for the device.</summary>
    public bool Suits(DeviceTraits device, int tileRows, int tileColumns)
    {
        (long count, long share) = Experts == 0 ? (Count, Rows) : (Experts, Across(Rows, Experts));
        long tiles = Across(share, tileRows) * Across(Columns, tileColumns);
        return count * tiles >= device.Multiprocessors && 4 * tiles * tileRows * tileColumns <= 5 * share * Columns;
    }

    /// <summary>Which of the operands can be read and written 128 bits at a time: they begin on 16 bytes, and their lines have so many floats.</summary>
    /// <param name="left">The first operand.</param>
    /// <param name="right">The second operand.</param>
    /// <param name="results">The result, and what its epilogue reads four elements of.</param>
    public static int AlignmentOf(View<float> left, View<float> right, params ReadOnlySpan<View<float>> results)
    {
        int aligned = (IsAligned(left) ? LeftAligned : 0) + (IsAligned(right) ? RightAligned : 0) + ResultAligned;
        foreach (View<float> result in results)
        {
            if (!IsAligned(result))
                aligned &= ~ResultAligned;
        }
        return aligned;
    }

    /// <summary>The tiles of all results. Where experts share the rows, each may end within a tile: see <see cref="ProductTile.OfExpert"/>.</summary>
    private long Number(int tileRows, int tileColumns) =>
        Rows == 0 ? 0 : (Count * Across(Rows, tileRows) + Experts) * Across(Columns, tileColumns);

    private static bool IsAligned(View<float> view) => view.Offset % 16 == 0 && view.Columns % 4 == 0;

    private static long Across(long extent, int tile) => (extent + tile - 1) / tile;
}
