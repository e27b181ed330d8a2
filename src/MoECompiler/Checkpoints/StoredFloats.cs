using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MoECompiler.Checkpoints;

/// <summary>Floats as files store them, little-endian and unaligned, to f32 and back.</summary>
internal static unsafe class StoredFloats
{
    private const float TwoTo112 = 5.192296858534828e33f;

    public static bool CanRead(StoredType type) => type is StoredType.F32 or StoredType.F16 or StoredType.BF16 or StoredType.F64;

    public static bool CanWrite(StoredType type) => type is StoredType.F32 or StoredType.F16 or StoredType.BF16;

    /// <summary>Writes <paramref name="count"/> elements as f32: exactly, but for F64, which is rounded to nearest.</summary>
    public static void Read(StoredType type, byte* source, float* destination, long count)
    {
        switch (type)
        {
            case StoredType.F32:
                System.Buffer.MemoryCopy(source, destination, count * sizeof(float), count * sizeof(float));
                break;
            case StoredType.F16:
                ReadF16((ushort*)source, destination, count);
                break;
            case StoredType.BF16:
                ReadBF16((ushort*)source, destination, count);
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
            ushort bits = type == StoredType.F16 ? BitConverter.HalfToUInt16Bits((Half)source[i]) : ToBF16(source[i]);
            int infinity = type == StoredType.F16 ? 0x7C00 : 0x7F80;
            if (misfit < 0 && (bits & 0x7FFF) == infinity && float.IsFinite(source[i]))
                misfit = i;
            Unsafe.WriteUnaligned(ref destination[i * sizeof(ushort)], bits);
        }
        return misfit;
    }

    /// <summary>
    /// A half is a float with 3 bits of exponent and 13 of mantissa cut away: shift it into place, then scale by 2^(127 - 15).
    /// </summary>
    private static void ReadF16(ushort* source, float* destination, long count)
    {
        long done = 0;
        for (; done <= count - Vector128<ushort>.Count; done += Vector128<ushort>.Count)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Load(source + done));
            FromF16(low).Store(destination + done);
            FromF16(high).Store(destination + done + Vector128<float>.Count);
        }
        for (; done < count; done++)
            destination[done] = FromF16(Vector128.CreateScalar((uint)Unsafe.ReadUnaligned<ushort>(source + done))).ToScalar();
    }

    private static Vector128<float> FromF16(Vector128<uint> half)
    {
        Vector128<uint> magnitude = half & Vector128.Create(0x7FFFu);
        Vector128<uint> sign = (half & Vector128.Create(0x8000u)) << 16;
        Vector128<float> scaled = (magnitude << 13).AsSingle() * TwoTo112;
        Vector128<uint> special = Vector128.GreaterThan(magnitude, Vector128.Create(0x7BFFu)) & Vector128.Create(0x7F800000u);
        return (scaled.AsUInt32() | special | sign).AsSingle();
    }

    /// <summary>A bfloat16 is the upper half of a float.</summary>
    private static void ReadBF16(ushort* source, float* destination, long count)
    {
        long done = 0;
        for (; done <= count - Vector128<ushort>.Count; done += Vector128<ushort>.Count)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Load(source + done));
            (low << 16).AsSingle().Store(destination + done);
            (high << 16).AsSingle().Store(destination + done + Vector128<float>.Count);
        }
        for (; done < count; done++)
            destination[done] = BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(source + done) << 16);
    }

    private static ushort ToBF16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
            return (ushort)(bits >> 16 | 0x40);
        return (ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }
}
