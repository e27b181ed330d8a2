namespace MoECompiler;

/// <summary>Eight floats that a thread holds in registers, of memory that has them in 16 bits: one 128-bit access where it is aligned for it.</summary>
public readonly struct Float8(Float4 low, Float4 high)
{
    /// <summary>The first four.</summary>
    public readonly Float4 Low = low;

    /// <summary>The last four.</summary>
    public readonly Float4 High = high;

    /// <summary>Elements <paramref name="start"/> and on of a line; 0 for those that it has not.</summary>
    /// <param name="view">Where the line lies.</param>
    /// <param name="line">Its first element.</param>
    /// <param name="start">A multiple of 8.</param>
    /// <param name="count">The elements of the line; no memory is touched from there on.</param>
    /// <param name="aligned">Not 0 where the view begins on 16 bytes, and the line and its count are multiples of 8.</param>
    public static Float8 Load<T>(ArrayView<ushort> view, long line, int start, int count, int aligned) where T : struct, INarrowFloat
    {
        if (aligned == 0)
            return new Float8(Float4.Load<T>(view, line, start, count, 0), Float4.Load<T>(view, line, start + 4, count, 0));
        UInt4 pairs = start < count ? view.Cast<UInt4>()[line + start >> 3] : default;
        return new Float8(Float4.Of<T>(pairs.X, pairs.Y), Float4.Of<T>(pairs.Z, pairs.W));
    }
}
