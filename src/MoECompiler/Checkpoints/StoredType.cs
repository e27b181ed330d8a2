namespace MoECompiler.Checkpoints;

/// <summary>The element type of a tensor in a file: those of the safetensors format, in its order of ascending alignment.</summary>
public enum StoredType
{
    Bool,
    F4,
    F6E2M3,
    F6E3M2,
    U8,
    I8,
    F8E5M2,
    F8E4M3,
    F8E8M0,
    F8E4M3Fnuz,
    F8E5M2Fnuz,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    C64,
    F64,
    I64,
    U64,
}

/// <summary>What the format says of each <see cref="StoredType"/>.</summary>
internal static class StoredTypes
{
    private static readonly (string Name, int Bits)[] All =
    [
        ("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8), ("F8_E5M2", 8), ("F8_E4M3", 8), ("F8_E8M0", 8),
        ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8), ("I16", 16), ("U16", 16), ("F16", 16), ("BF16", 16), ("I32", 32), ("U32", 32), ("F32", 32),
        ("C64", 64), ("F64", 64), ("I64", 64), ("U64", 64),
    ];

    /// <summary>What elements of a view are in a file.</summary>
    public static StoredType Of(ElementType type) => type switch
    {
        ElementType.Float32 => StoredType.F32,
        ElementType.Int32 => StoredType.I32,
        ElementType.Float16 => StoredType.F16,
        ElementType.BFloat16 => StoredType.BF16,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The name in a header.</summary>
    public static string Name(this StoredType type) => All[(int)type].Name;

    /// <summary>The size of an element.</summary>
    public static int Bits(this StoredType type) => All[(int)type].Bits;

    public static bool TryParse(string name, out StoredType type)
    {
        int index = Array.FindIndex(All, item => item.Name == name);
        type = (StoredType)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>The bytes of a tensor of this type; null where they are no whole number below 2^63.</summary>
    public static long? BytesOf(this StoredType type, ReadOnlySpan<long> shape)
    {
        UInt128 count = 1;
        foreach (long extent in shape)
        {
            if (extent < 0)
                return null;
            count *= (ulong)extent;
            if (count > long.MaxValue)
                return null;
        }
        UInt128 bits = count * (uint)type.Bits();
        return bits % 8 == 0 && bits / 8 <= long.MaxValue ? (long)(bits / 8) : null;
    }
}
