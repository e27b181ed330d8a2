namespace MoECompiler;

/// <summary>A float of 16 bits as kernels see it: memory has the bits, a register a float.</summary>
public interface INarrowFloat
{
    /// <summary>The number whose bits are the lower 16.</summary>
    static abstract float Widen(uint bits);

    /// <summary>The bits of the number that is nearest, ties to even.</summary>
    static abstract uint Narrow(float value);
}

/// <summary>16-bit IEEE floats.</summary>
public readonly struct F16 : INarrowFloat
{
    public static float Widen(uint bits) => Intrinsics.WidenF16(bits);

    public static uint Narrow(float value) => Intrinsics.NarrowF16(value);
}

/// <summary>The upper halves of 32-bit floats.</summary>
public readonly struct BF16 : INarrowFloat
{
    public static float Widen(uint bits) => Intrinsics.WidenBF16(bits);

    public static uint Narrow(float value) => Intrinsics.NarrowBF16(value);
}
