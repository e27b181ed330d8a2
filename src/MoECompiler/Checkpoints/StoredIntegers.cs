using System.Buffers.Binary;

namespace MoECompiler.Checkpoints;

/// <summary>Integers as files store them, little-endian, to i32.</summary>
internal static unsafe class StoredIntegers
{
    public static bool CanRead(StoredType type) => type
        is StoredType.Bool or StoredType.U8 or StoredType.I8 or StoredType.I16 or StoredType.U16
        or StoredType.I32 or StoredType.U32 or StoredType.I64 or StoredType.U64;

    /// <summary>Writes the elements as i32.</summary>
    /// <returns>The first element out of range, where it stops, or -1.</returns>
    public static int Read(StoredType type, byte* source, Span<int> destination)
    {
        int size = type.Bits() / 8;
        for (int i = 0; i < destination.Length; i++)
        {
            ReadOnlySpan<byte> element = new(source + (long)i * size, size);
            long value = type switch
            {
                StoredType.Bool or StoredType.U8 => element[0],
                StoredType.I8 => (sbyte)element[0],
                StoredType.I16 => BinaryPrimitives.ReadInt16LittleEndian(element),
                StoredType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
                StoredType.I32 => BinaryPrimitives.ReadInt32LittleEndian(element),
                StoredType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
                StoredType.I64 => BinaryPrimitives.ReadInt64LittleEndian(element),
                StoredType.U64 => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(element), long.MaxValue),
                _ => throw new ArgumentOutOfRangeException(nameof(type)),
            };
            if (value != (int)value || (type == StoredType.Bool && value > 1))
                return i;
            destination[i] = (int)value;
        }
        return -1;
    }
}
