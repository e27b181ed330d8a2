using ILGPU.IR.Intrinsics;

namespace MoECompiler;

/// <summary>Conversions of the floats of 16 bits: exact to 32 bits, rounded to nearest, ties to even, from there. A NaN stays one.</summary>
/// <remarks>
/// Neither ILGPU's nor .NET's Half is one that kernels can use on every device; bits are. All is written without f32 numbers below 2^-126,
/// which some devices take for 0.
/// </remarks>
public static partial class Intrinsics
{
    /// <summary>The f16 number whose bits are the lower 16; the upper ones play no part.</summary>
    [IntrinsicImplementation]
    public static float WidenF16(uint bits)
    {
        uint magnitude = bits & 0x7FFF;
        uint sign = (bits & 0x8000) << 16;
        // Below 2^-14 f16 is a count of 2^-24; else the exponent has another bias, and infinity another exponent.
        return magnitude < 0x0400
            ? Interop.IntAsFloat(Interop.FloatAsInt((int)magnitude * (1f / (1 << 24))) | sign)
            : Interop.IntAsFloat((magnitude << 13) + (magnitude < 0x7C00 ? 0x3800_0000u : 0x7000_0000u) | sign);
    }

    /// <summary>The bits of the f16 number that is nearest: infinity from 65520 on.</summary>
    [IntrinsicImplementation]
    public static uint NarrowF16(float value)
    {
        uint sign = Interop.FloatAsInt(value) >> 16 & 0x8000, magnitude = Interop.FloatAsInt(value) & 0x7FFF_FFFF;
        if (magnitude > 0x7F80_0000)
            return sign | 0x7E00;
        if (magnitude >= 0x477F_F000)
            return sign | 0x7C00;
        // The neighbours of 0.5 are 2^-24 away, as are those of f16 below 2^-14: the sum is rounded to what f16 has.
        return sign | (magnitude >= 0x3880_0000
            ? magnitude - 0x3800_0000 + 0xFFF + (magnitude >> 13 & 1) >> 13
            : Interop.FloatAsInt(Interop.IntAsFloat(magnitude) + 0.5f) - 0x3F00_0000);
    }

    /// <summary>The bf16 number whose bits are the lower 16: the upper half of a float.</summary>
    public static float WidenBF16(uint bits) => Interop.IntAsFloat(bits << 16);

    /// <summary>The bits of the bf16 number that is nearest.</summary>
    public static uint NarrowBF16(float value)
    {
        uint bits = Interop.FloatAsInt(value);
        return ((bits & 0x7FFF_FFFF) > 0x7F80_0000 ? bits | 0x40_0000 : bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    }
}
