namespace MoECompiler.Graphs;

/// <summary>The element type of a value in the graph.</summary>
public enum DType
{
    /// <summary>32-bit IEEE float: what everything is computed in.</summary>
    F32,

    /// <summary>32-bit signed integer: token ids, labels, expert indices, offsets.</summary>
    I32,

    /// <summary>16-bit IEEE float, 5 bits of exponent and 10 of mantissa: a matrix as it is stored, and what a product multiplies it by.</summary>
    F16,

    /// <summary>The upper half of a 32-bit float, 8 bits of exponent and 7 of mantissa: stored like <see cref="F16"/>.</summary>
    BF16,

    /// <summary>4 bits by blocks of 64, as QLoRA has them: a matrix that is never trained, and what a product of floats reads on its right.</summary>
    NF4,
}

/// <summary>What there is to say of an element type.</summary>
public static class DTypes
{
    /// <summary>As in printed graphs, such as <c>bf16</c>.</summary>
    public static string Word(this DType type) => type switch
    {
        DType.F32 => "f32",
        DType.I32 => "i32",
        DType.F16 => "f16",
        DType.BF16 => "bf16",
        DType.NF4 => "nf4",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The bytes of an element that has whole ones.</summary>
    public static int Bytes(this DType type) => type == DType.NF4 ? throw new ArgumentOutOfRangeException(nameof(type)) : type.IsNarrow() ? 2 : 4;

    /// <summary>A float of 16 bits: stored, never computed in.</summary>
    public static bool IsNarrow(this DType type) => type is DType.F16 or DType.BF16;

    /// <summary>A float of any width: what a gradient can belong to.</summary>
    public static bool IsFloat(this DType type) => type != DType.I32;
}
