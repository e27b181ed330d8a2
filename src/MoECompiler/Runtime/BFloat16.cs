using System.Globalization;

namespace MoECompiler;

/// <summary>
/// The upper half of a 32-bit float: its sign, its 8 bits of exponent and 7 bits of mantissa. It is stored, not computed with: a cast to
/// float is exact, one from float rounds to nearest, ties to even. Two are equal if their bits are.
/// </summary>
public readonly struct BFloat16 : IEquatable<BFloat16>
{
    private readonly ushort _bits;

    private BFloat16(ushort bits) => _bits = bits;

    public static BFloat16 FromBits(ushort bits) => new(bits);

    public ushort ToBits() => _bits;

    public static explicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value._bits << 16);

    /// <summary>Rounds to nearest, ties to even; a NaN stays one, quiet and with its sign.</summary>
    public static explicit operator BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint rounded = float.IsNaN(value) ? bits | 0x400000 : bits + 0x7FFF + (bits >> 16 & 1);
        return new BFloat16((ushort)(rounded >> 16));
    }

    public bool Equals(BFloat16 other) => _bits == other._bits;

    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    public override int GetHashCode() => _bits;

    public static bool operator ==(BFloat16 left, BFloat16 right) => left.Equals(right);

    public static bool operator !=(BFloat16 left, BFloat16 right) => !left.Equals(right);

    public override string ToString() => ((float)this).ToString(CultureInfo.InvariantCulture);
}
