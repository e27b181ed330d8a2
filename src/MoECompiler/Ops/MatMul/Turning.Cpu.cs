using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MoECompiler.Ops;

/// <summary>Four lines become four columns of a panel of floats, in registers.</summary>
internal static unsafe class Turning
{
    /// <summary>Puts a[k], b[k], c[k] and d[k] side by side at panel + k * width; the lines <paramref name="ahead"/> of them are fetched meanwhile.</summary>
    public static void Four<T>(T* a, T* b, T* c, T* d, int width, int depth, float* panel, long ahead) where T : unmanaged
    {
        int step = typeof(T) == typeof(float) ? 4 : 8;
        int k = 0;
        for (; k + step <= depth; k += step, panel += step * width)
        {
            if (k % Cache.Line<T>() == 0)
            {
                Cache.Fetch(a + k + ahead);
                Cache.Fetch(b + k + ahead);
                Cache.Fetch(c + k + ahead);
                Cache.Fetch(d + k + ahead);
            }
            if (typeof(T) == typeof(float))
                FourOfFour((float*)a + k, (float*)b + k, (float*)c + k, (float*)d + k, panel, width);
            else
                FourOfEight<T>((ushort*)a + k, (ushort*)b + k, (ushort*)c + k, (ushort*)d + k, panel, width);
        }
        for (; k < depth; k++, panel += width)
        {
            Stored.Load<Lanes1, T>(a + k).Store(panel);
            Stored.Load<Lanes1, T>(b + k).Store(panel + 1);
            Stored.Load<Lanes1, T>(c + k).Store(panel + 2);
            Stored.Load<Lanes1, T>(d + k).Store(panel + 3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourOfFour(float* a, float* b, float* c, float* d, float* panel, int width)
    {
        (Vector128<float> ab, Vector128<float> abHigh) = Interleave(Vector128.Load(a), Vector128.Load(b));
        (Vector128<float> cd, Vector128<float> cdHigh) = Interleave(Vector128.Load(c), Vector128.Load(d));
        (Vector128<double> first, Vector128<double> second) = Interleave(ab.AsDouble(), cd.AsDouble());
        first.AsSingle().Store(panel);
        second.AsSingle().Store(panel + width);
        (first, second) = Interleave(abHigh.AsDouble(), cdHigh.AsDouble());
        first.AsSingle().Store(panel + 2 * width);
        second.AsSingle().Store(panel + 3 * width);
    }

    /// <summary>Elements of 16 bits are turned first and widened then, two columns at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourOfEight<T>(ushort* a, ushort* b, ushort* c, ushort* d, float* panel, int width) where T : unmanaged
    {
        (Vector128<ushort> ab, Vector128<ushort> abHigh) = Interleave(Vector128.Load(a), Vector128.Load(b));
        (Vector128<ushort> cd, Vector128<ushort> cdHigh) = Interleave(Vector128.Load(c), Vector128.Load(d));
        (Vector128<float> first, Vector128<float> second) = Interleave(ab.AsSingle(), cd.AsSingle());
        StoreTwo<T>(first, panel, width);
        StoreTwo<T>(second, panel + 2 * width, width);
        (first, second) = Interleave(abHigh.AsSingle(), cdHigh.AsSingle());
        StoreTwo<T>(first, panel + 4 * width, width);
        StoreTwo<T>(second, panel + 6 * width, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTwo<T>(Vector128<float> bits, float* panel, int width) where T : unmanaged
    {
        Vector256<float> two = Stored.Widen<T>(bits.AsUInt16());
        two.GetLower().Store(panel);
        two.GetUpper().Store(panel + width);
    }

    /// <summary>x0 y0 x1 y1, and so on: the lower halves, and the upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<ushort> Low, Vector128<ushort> High) Interleave(Vector128<ushort> x, Vector128<ushort> y)
    {
        if (Sse2.IsSupported)
            return (Sse2.UnpackLow(x, y), Sse2.UnpackHigh(x, y));
        if (AdvSimd.Arm64.IsSupported)
            return (AdvSimd.Arm64.ZipLow(x, y), AdvSimd.Arm64.ZipHigh(x, y));
        return (
            Vector128.Create(x[0], y[0], x[1], y[1], x[2], y[2], x[3], y[3]),
            Vector128.Create(x[4], y[4], x[5], y[5], x[6], y[6], x[7], y[7]));
    }

    /// <inheritdoc cref="Interleave(Vector128{ushort}, Vector128{ushort})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<float> x, Vector128<float> y)
    {
        if (Sse.IsSupported)
            return (Sse.UnpackLow(x, y), Sse.UnpackHigh(x, y));
        if (AdvSimd.Arm64.IsSupported)
            return (AdvSimd.Arm64.ZipLow(x, y), AdvSimd.Arm64.ZipHigh(x, y));
        return (Vector128.Create(x[0], y[0], x[1], y[1]), Vector128.Create(x[2], y[2], x[3], y[3]));
    }

    /// <inheritdoc cref="Interleave(Vector128{ushort}, Vector128{ushort})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<double> Low, Vector128<double> High) Interleave(Vector128<double> x, Vector128<double> y)
    {
        if (Sse2.IsSupported)
            return (Sse2.UnpackLow(x, y), Sse2.UnpackHigh(x, y));
        if (AdvSimd.Arm64.IsSupported)
            return (AdvSimd.Arm64.ZipLow(x, y), AdvSimd.Arm64.ZipHigh(x, y));
        return (Vector128.Create(x[0], y[0]), Vector128.Create(x[1], y[1]));
    }
}
