namespace MoECompiler;

/// <summary>
/// Four floats that a thread holds in registers and moves at once: one 128-bit access where the memory is known to be aligned for it.
/// </summary>
public readonly partial struct Float4(float x, float y, float z, float w)
{
    public readonly float X = x;

    public readonly float Y = y;

    public readonly float Z = z;

    public readonly float W = w;

    public static Float4 Add(Float4 left, Float4 right) => new(left.X + right.X, left.Y + right.Y, left.Z + right.Z, left.W + right.W);

    /// <summary>left * right + addend, element by element.</summary>
    public static Float4 MultiplyAdd(float left, Float4 right, Float4 addend) => new(
        Intrinsics.FusedMultiplyAdd(left, right.X, addend.X), Intrinsics.FusedMultiplyAdd(left, right.Y, addend.Y),
        Intrinsics.FusedMultiplyAdd(left, right.Z, addend.Z), Intrinsics.FusedMultiplyAdd(left, right.W, addend.W));

    /// <summary>The four products of <paramref name="left"/> by a line each, added to <paramref name="addend"/>.</summary>
    public static Float4 Dots(Float4 left, Float4 x, Float4 y, Float4 z, Float4 w, Float4 addend) => new(
        Dot(left, x, addend.X), Dot(left, y, addend.Y), Dot(left, z, addend.Z), Dot(left, w, addend.W));

    private static float Dot(Float4 left, Float4 right, float addend)
    {
        addend = Intrinsics.FusedMultiplyAdd(left.X, right.X, addend);
        addend = Intrinsics.FusedMultiplyAdd(left.Y, right.Y, addend);
        addend = Intrinsics.FusedMultiplyAdd(left.Z, right.Z, addend);
        return Intrinsics.FusedMultiplyAdd(left.W, right.W, addend);
    }

    /// <summary>Four elements one by one, wherever they begin.</summary>
    public static Float4 Of(ArrayView<float> view, long at) => new(view[at], view[at + 1], view[at + 2], view[at + 3]);

    /// <summary>Stores to four elements one by one, wherever they begin.</summary>
    public static void Put(ArrayView<float> view, long at, Float4 value)
    {
        view[at] = value.X;
        view[at + 1] = value.Y;
        view[at + 2] = value.Z;
        view[at + 3] = value.W;
    }

    /// <summary>Elements <paramref name="start"/> and on of a line; 0 for those that it has not.</summary>
    /// <param name="view">Where the line lies.</param>
    /// <param name="line">Its first element.</param>
    /// <param name="start">A multiple of 4.</param>
    /// <param name="count">The elements of the line; no memory is touched from there on.</param>
    /// <param name="aligned">Not 0 where the view begins on 16 bytes, and the line and its count are multiples of 4.</param>
    public static Float4 Load(ArrayView<float> view, long line, int start, int count, int aligned)
    {
        long at = line + start;
        // Cast before it is indexed: a view that begins somewhere in another one is not known to be aligned.
        if (aligned != 0)
            return start < count ? view.Cast<Float4>()[at >> 2] : default;
        return new Float4(
            start < count ? view[at] : 0f, start + 1 < count ? view[at + 1] : 0f,
            start + 2 < count ? view[at + 2] : 0f, start + 3 < count ? view[at + 3] : 0f);
    }

    /// <summary>Stores to the elements <paramref name="start"/> and on that the line has; see <see cref="Load"/>.</summary>
    public static void Store(ArrayView<float> view, long line, int start, int count, int aligned, Float4 value)
    {
        long at = line + start;
        if (aligned != 0)
        {
            if (start < count)
                view.Cast<Float4>()[at >> 2] = value;
            return;
        }
        if (start < count)
            view[at] = value.X;
        if (start + 1 < count)
            view[at + 1] = value.Y;
        if (start + 2 < count)
            view[at + 2] = value.Z;
        if (start + 3 < count)
            view[at + 3] = value.W;
    }

    /// <summary>Stores the four down a column of a tile, <paramref name="stride"/> apart.</summary>
    public static void Scatter(ArrayView<float> tile, int at, int stride, Float4 value)
    {
        tile[at] = value.X;
        tile[at + stride] = value.Y;
        tile[at + 2 * stride] = value.Z;
        tile[at + 3 * stride] = value.W;
    }
}
