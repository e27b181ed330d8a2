using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MoECompiler;

/// <summary>
/// Ends of rows that do not fill the sixteen lanes: they are padded, so that they take the same path as the rest. Masked where the machine
/// can: inlined into a kernel's loop they then cost it no register, as a call would.
/// </summary>
internal static unsafe class Part
{
    /// <summary>The first <paramref name="count"/> of sixteen lanes from memory, the others <paramref name="fill"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(float* source, int count, float fill) where V : unmanaged, ILanes<V>
    {
        if (Avx512F.IsSupported)
            return Unsafe.BitCast<Vector512<float>, V>(Avx512F.MaskLoad(source, Wide(count), Vector512.Create(fill)));
        if (Avx.IsSupported)
        {
            Vector256<float> low = Narrow(count), high = Narrow(count - 8), fills = Vector256.Create(fill);
            return Unsafe.BitCast<Vector512<float>, V>(Vector512.Create(
                Vector256.ConditionalSelect(low, Avx.MaskLoad(source, low), fills),
                Vector256.ConditionalSelect(high, Avx.MaskLoad(source + 8, high), fills)));
        }
        return Gather<V>(source, count, fill);
    }

    /// <summary>Writes the first <paramref name="count"/> of sixteen lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V>(V value, float* destination, int count) where V : unmanaged, ILanes<V>
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(destination, Wide(count), Unsafe.BitCast<V, Vector512<float>>(value));
        }
        else if (Avx.IsSupported)
        {
            Vector512<float> lanes = Unsafe.BitCast<V, Vector512<float>>(value);
            Avx.MaskStore(destination, Narrow(count), lanes.GetLower());
            Avx.MaskStore(destination + 8, Narrow(count - 8), lanes.GetUpper());
        }
        else
        {
            Scatter(value, destination, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Wide(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Narrow(int count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    [SkipLocalsInit]
    private static V Gather<V>(float* source, int count, float fill) where V : unmanaged, ILanes<V>
    {
        float* lanes = stackalloc float[SixteenLanes.Count];
        V.Of(fill).Store(lanes);
        for (int i = 0; i < count; i++)
            lanes[i] = source[i];
        return V.Load(lanes);
    }

    [SkipLocalsInit]
    private static void Scatter<V>(V value, float* destination, int count) where V : unmanaged, ILanes<V>
    {
        float* lanes = stackalloc float[SixteenLanes.Count];
        value.Store(lanes);
        for (int i = 0; i < count; i++)
            destination[i] = lanes[i];
    }
}
