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
    public const int LeftAligned = 1, RightAligned = 2, ResultAligned = 4, SecondLeftAligned = 8, SecondRightAligned = 16;

    /// <summary>What the sums of parts cost to add up grows with their number.</summary>
    private const int MaximumParts = 64;

    /// <summary>A part that is worth its launch.</summary>
    private const int LeastPart = 128;

    /// <summary>Parts of a depth begin at multiples of this.</summary>
    private const int PartStep = 16;

    public readonly int Rows = rows;

    public readonly int Columns = columns;

    public readonly int Depth = depth;

    public readonly int Count = count;

    public readonly int Experts = experts;

    public readonly int Slots = slots;

    /// <summary>How many more products an element sums up, of the second pair of operands; 0 where there is one pair.</summary>
    public int SecondDepth { get; init; }

    /// <summary>Which operands are read and written 128 bits at a time.</summary>
    public int Aligned { get; init; }

    /// <summary>The depth that each of <see cref="Count"/> parts sums over, of one product; 0 where the depth is not split.</summary>
    public int Part { get; init; }

    /// <summary>Where the second pair's depth begins among the parts'.</summary>
    public int SecondStart => (Depth + PartStep - 1) / PartStep * PartStep;

    /// <summary>A group for each tile of the results.</summary>
    public Work Tiles(int tileRows, int tileColumns, int group, long flops, long bytes) =>
        new(new Index3D(checked((int)Number(tileRows, tileColumns)), 1, 1), group, flops, bytes);

    /// <summary>A thread for each tile of the results, in groups that leave each multiprocessor some.</summary>
    public Work Cells(DeviceTraits device, int tileRows, int tileColumns, long flops, long bytes)
    {
        long cells = Number(tileRows, tileColumns);
        int group = (int)Math.Clamp(cells / (4L * device.Multiprocessors), 1, device.ElementGroup);
        return Work.PerElement(cells, group, flops, bytes);
    }

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

    /// <summary>
    /// The depth in parts, each with sums of its own, where a large device is left with little to do otherwise: a weight's gradient has
    /// few elements and a long way to sum. The shape itself where it is not worth it.
    /// </summary>
    public ProductShape InParts(DeviceTraits device, int tileRows, int tileColumns)
    {
        long tiles = Math.Max(1, Across(Rows, tileRows) * Across(Columns, tileColumns));
        int depth = SecondDepth == 0 ? Depth : SecondStart + SecondDepth;
        long parts = Math.Min(Math.Min(MaximumParts, 2L * device.Multiprocessors / tiles), depth / LeastPart);
        if (parts < 2)
            return this;
        int part = (int)Across(Across(depth, (int)parts), PartStep) * PartStep;
        return new ProductShape(Rows, Columns, Depth, (int)Across(depth, part)) { SecondDepth = SecondDepth, Aligned = Aligned, Part = part };
    }

    /// <summary>
    /// The tile for thread <paramref name="index"/> where those below each other are computed one after another, while the columns of the
    /// right operand that they share are near.
    /// </summary>
    public int DownFirst(long index, int tileRows, int tileColumns)
    {
        int lines = Lines(tileRows), across = (Columns + tileColumns - 1) / tileColumns;
        int column = (int)index / lines;
        return column < across ? ((int)index - column * lines) * across + column : lines * across;
    }

    /// <summary>Which of the operands can be read and written 128 bits at a time: they begin on 16 bytes, and so do all their lines.</summary>
    /// <param name="left">The first operand.</param>
    /// <param name="right">The second operand.</param>
    /// <param name="results">The result, and what its epilogue reads four elements of.</param>
    public static int AlignmentOf<T>(View<T> left, View<T> right, params ReadOnlySpan<View<float>> results)
        where T : unmanaged
    {
        int aligned = (IsAligned(left) ? LeftAligned : 0) + (IsAligned(right) ? RightAligned : 0) + ResultAligned;
        foreach (View<float> result in results)
        {
            if (!IsAligned(result))
                aligned &= ~ResultAligned;
        }
        return aligned;
    }

    /// <summary>Which operands of a second pair can be read 128 bits at a time.</summary>
    public static int AlignmentOfSecond<T>(View<T> left, View<T> right) where T : unmanaged =>
        (IsAligned(left) ? SecondLeftAligned : 0) + (IsAligned(right) ? SecondRightAligned : 0);

    /// <summary>All bits, but for <see cref="ResultAligned"/> where this further result cannot be written so.</summary>
    public static int AlignmentOf<T>(View<T> result) where T : unmanaged => IsAligned(result) ? -1 : ~ResultAligned;

    private long Number(int tileRows, int tileColumns) => Rows == 0 ? 0 : Lines(tileRows) * Across(Columns, tileColumns);

    /// <summary>The tiles below each other. Where experts share the rows, each may end within a tile: see <see cref="ProductTile.OfExpert"/>.</summary>
    private int Lines(int tileRows) => Count * ((Rows + tileRows - 1) / tileRows) + Experts;

    private static unsafe bool IsAligned<T>(View<T> view) where T : unmanaged => view.Offset % 16 == 0 && view.Columns * sizeof(T) % 16 == 0;

    private static long Across(long extent, int tile) => (extent + tile - 1) / tile;
}
