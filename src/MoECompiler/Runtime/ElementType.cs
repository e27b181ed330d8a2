namespace MoECompiler;

/// <summary>What the elements of a parameter, or of a tensor at a model's boundary, are.</summary>
public enum ElementType
{
    /// <summary>32-bit IEEE float: <c>View&lt;float&gt;</c>.</summary>
    Float32,

    /// <summary>32-bit signed integer: <c>View&lt;int&gt;</c>.</summary>
    Int32,

    /// <summary>16-bit IEEE float: <c>View&lt;Half&gt;</c>.</summary>
    Float16,

    /// <summary>The upper half of a 32-bit float: <c>View&lt;BFloat16&gt;</c>.</summary>
    BFloat16,

    /// <summary>4 bits, sixteen levels by blocks of 64: <see cref="Nf4View"/>, of matrices only.</summary>
    Nf4,
}

internal static class ElementTypes
{
    /// <summary>As in shapes, such as <c>bf16</c>.</summary>
    public static string Word(this ElementType type) => type switch
    {
        ElementType.Float32 => "f32",
        ElementType.Int32 => "i32",
        ElementType.Float16 => "f16",
        ElementType.BFloat16 => "bf16",
        ElementType.Nf4 => "nf4",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The bytes of an element that has whole ones.</summary>
    public static int Bytes(this ElementType type) => type switch
    {
        ElementType.Nf4 => throw new ArgumentOutOfRangeException(nameof(type)),
        _ => type.IsNarrow() ? 2 : 4,
    };

    /// <summary>A float of 16 bits.</summary>
    public static bool IsNarrow(this ElementType type) => type is ElementType.Float16 or ElementType.BFloat16;

    /// <summary>The type of these elements; null for what is none.</summary>
    public static ElementType? Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(Half) ? ElementType.Float16
        : typeof(T) == typeof(BFloat16) ? ElementType.BFloat16
        : null;
}
