using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MoECompiler;

/// <summary>
/// Floats as they lie in memory: <c>float</c>, <see cref="BFloat16"/> or <see cref="Half"/>. The last two are widened as they are loaded,
/// which is exact, and rounded to nearest, ties to even, as they are stored: the same bits for any number of lanes.
/// </summary>
internal static unsafe class Stored
{
    /// <summary>2^112: what a half is too small by when its exponent is read as that of a float.</summary>
    private const float HalfScale = 5.192296858534828e33f;

    /// <summary>As many numbers as V has lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V, T>(T* address) where V : unmanaged, ILanes<V> where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return V.Load((float*)address);
        ushort* bits = (ushort*)address;
        if (V.Count == 16)
            return Unsafe.BitCast<Vector512<float>, V>(Vector512.Create(Widen<T>(Vector128.Load(bits)), Widen<T>(Vector128.Load(bits + 8))));
        if (V.Count == 8)
            return Unsafe.BitCast<Vector256<float>, V>(Widen<T>(Vector128.Load(bits)));
        if (V.Count == 4)
            return Unsafe.BitCast<Vector128<float>, V>(Widen<T>(Vector64.Load(bits).ToVector128Unsafe()).GetLower());
        return V.Of(Widen<T>(Vector128.CreateScalar(*bits)).ToScalar());
    }

    /// <summary>Writes as many numbers as V has lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V, T>(V value, T* address) where V : unmanaged, ILanes<V> where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            value.Store((float*)address);
            return;
        }
        ushort* bits = (ushort*)address;
        if (V.Count == 16)
        {
            Vector512<float> lanes = Unsafe.BitCast<V, Vector512<float>>(value);
            Round<T>(lanes.GetLower()).Store(bits);
            Round<T>(lanes.GetUpper()).Store(bits + 8);
        }
        else if (V.Count == 8)
        {
            Round<T>(Unsafe.BitCast<V, Vector256<float>>(value)).Store(bits);
        }
        else if (V.Count == 4)
        {
            Round<T>(Unsafe.BitCast<V, Vector128<float>>(value).ToVector256Unsafe()).GetLower().Store(bits);
        }
        else
        {
            *bits = Round<T>(Vector256.CreateScalar(V.SumAcross(value))).ToScalar();
        }
    }

    /// <summary>Writes the first <paramref name="count"/> of sixteen lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V, T>(V value, T* address, int count) where V : unmanaged, ILanes<V> where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            Part.Store(value, (float*)address, count);
        else
            StorePart(value, address, count);
    }

    /// <summary>The numbers as they would be loaded after they were stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Rounded<V, T>(V value) where V : unmanaged, ILanes<V> where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return value;
        if (V.Count == 16)
        {
            Vector512<float> lanes = Unsafe.BitCast<V, Vector512<float>>(value);
            return Unsafe.BitCast<Vector512<float>, V>(Vector512.Create(Rounded<T>(lanes.GetLower()), Rounded<T>(lanes.GetUpper())));
        }
        if (V.Count == 8)
            return Unsafe.BitCast<Vector256<float>, V>(Rounded<T>(Unsafe.BitCast<V, Vector256<float>>(value)));
        if (V.Count == 4)
            return Unsafe.BitCast<Vector128<float>, V>(Rounded<T>(Unsafe.BitCast<V, Vector128<float>>(value).ToVector256Unsafe()).GetLower());
        return V.Of(Rounded<T>(Vector256.CreateScalar(V.SumAcross(value))).ToScalar());
    }

    [SkipLocalsInit]
    private static void StorePart<V, T>(V value, T* address, int count) where V : unmanaged, ILanes<V> where T : unmanaged
    {
        T* lanes = stackalloc T[SixteenLanes.Count];
        Store(value, lanes);
        for (int i = 0; i < count; i++)
            address[i] = lanes[i];
    }

    /// <summary>Copies numbers as floats.</summary>
    public static void Widen<T>(T* from, float* to, long count) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            System.Buffer.MemoryCopy(from, to, count * sizeof(float), count * sizeof(float));
            return;
        }
        long i = 0;
        for (; i + 8 <= count; i += 8)
            Load<Lanes8, T>(from + i).Store(to + i);
        for (; i < count; i++)
            Load<Lanes1, T>(from + i).Store(to + i);
    }

    /// <summary>Copies floats as what is stored.</summary>
    public static void Round<T>(float* from, T* to, long count) where T : unmanaged
    {
        long i = 0;
        for (; i + 8 <= count; i += 8)
            Store(Lanes8.Load(from + i), to + i);
        for (; i < count; i++)
            Store(Lanes1.Load(from + i), to + i);
    }

    /// <summary>Eight numbers that were stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Widen<T>(Vector128<ushort> bits) where T : unmanaged
    {
        if (typeof(T) == typeof(BFloat16))
            return (Vector256.WidenLower(bits.ToVector256Unsafe()) << 16).AsSingle();
        // Widened with its sign, a half's bits are in place but for copies of the sign between it and the exponent.
        Vector256<int> wide = Vector256.WidenLower(bits.AsInt16().ToVector256Unsafe());
        Vector256<float> scaled = ((wide << 13) & Vector256.Create(unchecked((int)0x8FFF_E000))).AsSingle() * HalfScale;
        Vector256<int> special = Vector256.GreaterThan(wide & Vector256.Create(0x7FFF), Vector256.Create(0x7BFF)) & Vector256.Create(0x7F80_0000);
        return (scaled.AsInt32() | special).AsSingle();
    }

    /// <summary>The numbers as they are stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ushort> Round<T>(Vector256<float> numbers) where T : unmanaged
    {
        Vector256<uint> bits = typeof(T) == typeof(BFloat16) ? ToBFloat16(numbers) : ToHalf(numbers);
        return Vector128.Narrow(bits.GetLower(), bits.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Rounded<T>(Vector256<float> numbers) where T : unmanaged => Widen<T>(Round<T>(numbers));

    private static Vector256<uint> ToBFloat16(Vector256<float> numbers)
    {
        Vector256<uint> bits = numbers.AsUInt32();
        Vector256<uint> rounded = bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One);
        return Vector256.ConditionalSelect(Vector256.Equals(numbers, numbers).AsUInt32(), rounded, bits | Vector256.Create(0x40_0000u)) >> 16;
    }

    /// <summary>
    /// Numbers that are normal as halves: the exponent is moved and the mantissa rounded by what is added below its last bit. Smaller ones:
    /// the sum with 1/2 rounds them to multiples of 2^-24 itself. Source: Giesen, float_to_half_fast3_rtne, 2012.
    /// </summary>
    private static Vector256<uint> ToHalf(Vector256<float> numbers)
    {
        Vector256<uint> bits = numbers.AsUInt32();
        Vector256<uint> sign = bits & Vector256.Create(0x8000_0000u);
        Vector256<uint> magnitude = bits ^ sign;
        Vector256<uint> normal = magnitude - Vector256.Create(112u << 23) + Vector256.Create(0xFFFu) + ((magnitude >> 13) & Vector256<uint>.One) >> 13;
        Vector256<uint> small = (magnitude.AsSingle() + Vector256.Create(0.5f)).AsUInt32() - Vector256.Create(0x3F00_0000u);
        Vector256<uint> large = Vector256.ConditionalSelect(Vector256.Equals(numbers, numbers).AsUInt32(), Vector256.Create(0x7C00u), Vector256.Create(0x7E00u));
        Vector256<uint> half = Vector256.ConditionalSelect(Vector256.LessThan(magnitude.AsInt32(), Vector256.Create(113 << 23)).AsUInt32(), small, normal);
        half = Vector256.ConditionalSelect(Vector256.LessThan(magnitude.AsInt32(), Vector256.Create(0x4780_0000)).AsUInt32(), half, large);
        return half | sign >> 16;
    }
}
