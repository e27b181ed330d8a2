using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MoECompiler.Checkpoints;

/// <summary>Floats as files store them, little-endian and unaligned, to f32 and back.</summary>
internal static unsafe class StoredFloats
{
    public static bool CanRead(StoredType type) => type is StoredType.F32 or StoredType.F16 or StoredType.BF16 or StoredType.F64;

    public static bool CanWrite(StoredType type) => type is StoredType.F32 or StoredType.F16 or StoredType.BF16;

    /// <summary>The smallest number that is rounded to infinity.</summary>
    public static float Limit(ElementType type) => type switch
    {
        ElementType.Float16 => 65520f,
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle(0x7F7F_8000),
        _ => float.PositiveInfinity,
    };

    /// <summary>Writes <paramref name="count"/> elements as f32: exactly, but for F64, which is rounded to nearest.</summary>
    public static void Read(StoredType type, byte* source, float* destination, long count)
    {
        switch (type)
        {
            case StoredType.F32:
                System.Buffer.MemoryCopy(source, destination, count * sizeof(float), count * sizeof(float));
                break;
            case StoredType.F16:
                Stored.Widen((Half*)source, destination, count);
                break;
            case StoredType.BF16:
                Stored.Widen((BFloat16*)source, destination, count);
                break;
            case StoredType.F64:
                for (long i = 0; i < count; i++)
                    destination[i] = (float)Unsafe.ReadUnaligned<double>(source + i * sizeof(double));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    /// <summary>Writes the elements as <paramref name="type"/>, rounded to nearest, ties to even.</summary>
    /// <returns>The first element that is finite but not so in <paramref name="type"/>; -1 if all fit.</returns>
    public static int Write(StoredType type, ReadOnlySpan<float> source, Span<byte> destination)
    {
        if (type == StoredType.F32)
        {
            MemoryMarshal.AsBytes(source).CopyTo(destination);
            return -1;
        }
        int misfit = -1;
        for (int i = 0; i < source.Length; i++)
        {
            ushort bits = type == StoredType.F16 ? BitConverter.HalfToUInt16Bits((Half)source[i]) : ((BFloat16)source[i]).ToBits();
            int infinity = type == StoredType.F16 ? 0x7C00 : 0x7F80;
            if (misfit < 0 && (bits & 0x7FFF) == infinity && float.IsFinite(source[i]))
                misfit = i;
            Unsafe.WriteUnaligned(ref destination[i * sizeof(ushort)], bits);
        }
        return misfit;
    }
}
