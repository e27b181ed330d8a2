namespace MoECompiler;

/// <summary>Four floats of memory that has them in 16 bits: they are widened as they are read, and rounded as they are written.</summary>
public readonly partial struct Float4
{
    /// <summary>Four elements one by one, wherever they begin.</summary>
    public static Float4 Of<T>(ArrayView<ushort> view, long at) where T : struct, INarrowFloat =>
        new(T.Widen(view[at]), T.Widen(view[at + 1]), T.Widen(view[at + 2]), T.Widen(view[at + 3]));

    /// <summary>The four of two words, the first in the lower half.</summary>
    public static Float4 Of<T>(uint first, uint next) where T : struct, INarrowFloat =>
        new(T.Widen(first & 0xFFFF), T.Widen(first >> 16), T.Widen(next & 0xFFFF), T.Widen(next >> 16));

    /// <summary>The two words that hold four, the first in the lower half.</summary>
    public static UInt2 Words<T>(Float4 value) where T : struct, INarrowFloat =>
        new(T.Narrow(value.X) | T.Narrow(value.Y) << 16, T.Narrow(value.Z) | T.Narrow(value.W) << 16);

    /// <summary>Stores to four elements one by one, wherever they begin.</summary>
    public static void Put<T>(ArrayView<ushort> view, long at, Float4 value) where T : struct, INarrowFloat
    {
        view[at] = (ushort)T.Narrow(value.X);
        view[at + 1] = (ushort)T.Narrow(value.Y);
        view[at + 2] = (ushort)T.Narrow(value.Z);
        view[at + 3] = (ushort)T.Narrow(value.W);
    }

    /// <inheritdoc cref="Load(ArrayView{float}, long, int, int, int)"/>
    /// <param name="aligned">Not 0 where the view begins on 16 bytes, and the line and its count are multiples of 8.</param>
    public static Float4 Load<T>(ArrayView<ushort> view, long line, int start, int count, int aligned) where T : struct, INarrowFloat
    {
        long at = line + start;
        if (aligned != 0)
        {
            UInt2 pairs = start < count ? view.Cast<UInt2>()[at >> 2] : default;
            return Of<T>(pairs.X, pairs.Y);
        }
        return new Float4(
            start < count ? T.Widen(view[at]) : 0f, start + 1 < count ? T.Widen(view[at + 1]) : 0f,
            start + 2 < count ? T.Widen(view[at + 2]) : 0f, start + 3 < count ? T.Widen(view[at + 3]) : 0f);
    }

    /// <summary>Stores to the elements <paramref name="start"/> and on that the line has; see <see cref="Load{T}"/>.</summary>
    public static void Store<T>(ArrayView<ushort> view, long line, int start, int count, int aligned, Float4 value) where T : struct, INarrowFloat
    {
        long at = line + start;
        if (aligned != 0)
        {
            if (start < count)
                view.Cast<UInt2>()[at >> 2] = Words<T>(value);
            return;
        }
        if (start < count)
            view[at] = (ushort)T.Narrow(value.X);
        if (start + 1 < count)
            view[at + 1] = (ushort)T.Narrow(value.Y);
        if (start + 2 < count)
            view[at + 2] = (ushort)T.Narrow(value.Z);
        if (start + 3 < count)
            view[at + 3] = (ushort)T.Narrow(value.W);
    }
}
