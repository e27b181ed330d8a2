namespace MoECompiler;

/// <summary>
/// Some floats side by side: 16, 8 or 4 in a vector register, or a single one. An elementwise formula is written once over this
/// interface, by hand or by the generator, and the JIT makes of it what the machine has. A tail narrower than a register runs the same
/// text on one lane, and gives the same bits: every operation here rounds alike whatever the width.
/// </summary>
public unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many floats.</summary>
    static abstract int Count { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf Of(float value);

    static abstract TSelf Load(float* address);

    void Store(float* address);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf value);

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>The greater; NaN if either is; 0 is greater than -0.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>The lesser; NaN if either is; -0 is less than 0.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    static abstract TSelf Sqrt(TSelf value);

    static abstract TSelf Abs(TSelf value);

    /// <summary>The magnitude of the one with the sign of the other.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>Rounded to the nearest integer, halves to even.</summary>
    static abstract TSelf Round(TSelf value);

    /// <summary>2 to the power of an integral value from -126 to 127; anything for other values.</summary>
    static abstract TSelf PowerOfTwo(TSelf exponent);

    /// <summary>The exponent of a positive normal number, as a float; see <see cref="Mantissa"/>.</summary>
    static abstract TSelf Exponent(TSelf value);

    /// <summary>A positive normal number scaled by a power of two into [1, 2).</summary>
    static abstract TSelf Mantissa(TSelf value);

    /// <summary>Where <paramref name="left"/> is greater than <paramref name="right"/>: <paramref name="yes"/>; elsewhere, NaN included: <paramref name="no"/>.</summary>
    static abstract TSelf SelectGreater(TSelf left, TSelf right, TSelf yes, TSelf no);

    /// <summary>The sum of all lanes: the upper half is added to the lower half until one is left.</summary>
    static abstract float SumAcross(TSelf value);

    /// <summary>The greatest of all lanes; NaN if any is.</summary>
    static abstract float MaxAcross(TSelf value);
}
