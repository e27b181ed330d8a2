using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace MoECompiler.Ops;

/// <summary>
/// The innermost loops of every product: a few rows of the result by two registers of columns, all in registers. The rows are written
/// out, as the JIT keeps no array in registers. Each element is one chain of fused multiply-adds in the order of depth, so its bits
/// depend neither on the tile that it falls into nor on the number of lanes.
/// </summary>
/// <remarks>Compiled at full strength from the first call: most of a short run is spent here.</remarks>
internal static unsafe class Tile
{
    /// <summary>The most rows of a tile: two sums each, with registers left for two of B and one of A.</summary>
    public static int MaximumRows => Vector512.IsHardwareAccelerated || AdvSimd.IsSupported ? 12 : 6;

    /// <summary>The rows of the next tile when so many are left.</summary>
    public static int RowsOf(int left) => left >= MaximumRows ? MaximumRows : left >= 6 ? 6 : left >= 4 ? 4 : left >= 2 ? 2 : 1;

    /// <summary>The columns of a tile.</summary>
    public static int Columns<V>() where V : unmanaged, ILanes<V> => 2 * V.Count;

    /// <summary>
    /// Puts into c, or <paramref name="adds"/> to it, the product of a, f32[depth, rows] and dense, by b, [depth, 2 * V.Count]. The
    /// strides are in elements, from row to row; <paramref name="rows"/> is what <see cref="RowsOf"/> gives.
    /// </summary>
    public static void Multiply<V, T>(int rows, float* a, T* b, long bStride, int depth, float* c, long cStride, bool adds)
        where V : unmanaged, ILanes<V>
        where T : unmanaged
    {
        switch (rows)
        {
            case 12:
                Rows12<V, T>(a, b, bStride, depth, c, cStride, adds);
                break;
            case 6:
                Rows6<V, T>(a, b, bStride, depth, c, cStride, adds);
                break;
            case 4:
                Rows4<V, T>(a, b, bStride, depth, c, cStride, adds);
                break;
            case 2:
                Rows2<V, T>(a, b, bStride, depth, c, cStride, adds);
                break;
            default:
                Rows1<V, T>(a, b, bStride, depth, c, cStride, adds);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Low, V High) Start<V>(float* c, bool adds) where V : unmanaged, ILanes<V> =>
        adds ? (V.Load(c), V.Load(c + V.Count)) : (V.Zero, V.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<V>(float* c, V low, V high) where V : unmanaged, ILanes<V>
    {
        low.Store(c);
        high.Store(c + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows12<V, T>(float* a, T* b, long bStride, int depth, float* c, long cStride, bool adds)
        where V : unmanaged, ILanes<V>
        where T : unmanaged
    {
        (V l0, V h0) = Start<V>(c, adds);
        (V l1, V h1) = Start<V>(c + cStride, adds);
        (V l2, V h2) = Start<V>(c + 2 * cStride, adds);
        (V l3, V h3) = Start<V>(c + 3 * cStride, adds);
        (V l4, V h4) = Start<V>(c + 4 * cStride, adds);
        (V l5, V h5) = Start<V>(c + 5 * cStride, adds);
        (V l6, V h6) = Start<V>(c + 6 * cStride, adds);
        (V l7, V h7) = Start<V>(c + 7 * cStride, adds);
        (V l8, V h8) = Start<V>(c + 8 * cStride, adds);
        (V l9, V h9) = Start<V>(c + 9 * cStride, adds);
        (V l10, V h10) = Start<V>(c + 10 * cStride, adds);
        (V l11, V h11) = Start<V>(c + 11 * cStride, adds);
        for (; depth > 0; depth--)
        {
            (V low, V high) = (Stored.Load<V, T>(b), Stored.Load<V, T>(b + V.Count));
            V x = V.Of(a[0]);
            (l0, h0) = (V.FusedMultiplyAdd(x, low, l0), V.FusedMultiplyAdd(x, high, h0));
            x = V.Of(a[1]);
            (l1, h1) = (V.FusedMultiplyAdd(x, low, l1), V.FusedMultiplyAdd(x, high, h1));
            x = V.Of(a[2]);
            (l2, h2) = (V.FusedMultiplyAdd(x, low, l2), V.FusedMultiplyAdd(x, high, h2));
            x = V.Of(a[3]);
            (l3, h3) = (V.FusedMultiplyAdd(x, low, l3), V.FusedMultiplyAdd(x, high, h3));
            x = V.Of(a[4]);
            (l4, h4) = (V.FusedMultiplyAdd(x, low, l4), V.FusedMultiplyAdd(x, high, h4));
            x = V.Of(a[5]);
            (l5, h5) = (V.FusedMultiplyAdd(x, low, l5), V.FusedMultiplyAdd(x, high, h5));
            x = V.Of(a[6]);
            (l6, h6) = (V.FusedMultiplyAdd(x, low, l6), V.FusedMultiplyAdd(x, high, h6));
            x = V.Of(a[7]);
            (l7, h7) = (V.FusedMultiplyAdd(x, low, l7), V.FusedMultiplyAdd(x, high, h7));
            x = V.Of(a[8]);
            (l8, h8) = (V.FusedMultiplyAdd(x, low, l8), V.FusedMultiplyAdd(x, high, h8));
            x = V.Of(a[9]);
            (l9, h9) = (V.FusedMultiplyAdd(x, low, l9), V.FusedMultiplyAdd(x, high, h9));
            x = V.Of(a[10]);
            (l10, h10) = (V.FusedMultiplyAdd(x, low, l10), V.FusedMultiplyAdd(x, high, h10));
            x = V.Of(a[11]);
            (l11, h11) = (V.FusedMultiplyAdd(x, low, l11), V.FusedMultiplyAdd(x, high, h11));
            a += 12;
            b += bStride;
        }
        Finish(c, l0, h0);
        Finish(c + cStride, l1, h1);
        Finish(c + 2 * cStride, l2, h2);
        Finish(c + 3 * cStride, l3, h3);
        Finish(c + 4 * cStride, l4, h4);
        Finish(c + 5 * cStride, l5, h5);
        Finish(c + 6 * cStride, l6, h6);
        Finish(c + 7 * cStride, l7, h7);
        Finish(c + 8 * cStride, l8, h8);
        Finish(c + 9 * cStride, l9, h9);
        Finish(c + 10 * cStride, l10, h10);
        Finish(c + 11 * cStride, l11, h11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6<V, T>(float* a, T* b, long bStride, int depth, float* c, long cStride, bool adds)
        where V : unmanaged, ILanes<V>
        where T : unmanaged
    {
        (V l0, V h0) = Start<V>(c, adds);
        (V l1, V h1) = Start<V>(c + cStride, adds);
        (V l2, V h2) = Start<V>(c + 2 * cStride, adds);
        (V l3, V h3) = Start<V>(c + 3 * cStride, adds);
        (V l4, V h4) = Start<V>(c + 4 * cStride, adds);
        (V l5, V h5) = Start<V>(c + 5 * cStride, adds);
        for (; depth > 0; depth--)
        {
            (V low, V high) = (Stored.Load<V, T>(b), Stored.Load<V, T>(b + V.Count));
            V x = V.Of(a[0]);
            (l0, h0) = (V.FusedMultiplyAdd(x, low, l0), V.FusedMultiplyAdd(x, high, h0));
            x = V.Of(a[1]);
            (l1, h1) = (V.FusedMultiplyAdd(x, low, l1), V.FusedMultiplyAdd(x, high, h1));
            x = V.Of(a[2]);
            (l2, h2) = (V.FusedMultiplyAdd(x, low, l2), V.FusedMultiplyAdd(x, high, h2));
            x = V.Of(a[3]);
            (l3, h3) = (V.FusedMultiplyAdd(x, low, l3), V.FusedMultiplyAdd(x, high, h3));
            x = V.Of(a[4]);
            (l4, h4) = (V.FusedMultiplyAdd(x, low, l4), V.FusedMultiplyAdd(x, high, h4));
            x = V.Of(a[5]);
            (l5, h5) = (V.FusedMultiplyAdd(x, low, l5), V.FusedMultiplyAdd(x, high, h5));
            a += 6;
            b += bStride;
        }
        Finish(c, l0, h0);
        Finish(c + cStride, l1, h1);
        Finish(c + 2 * cStride, l2, h2);
        Finish(c + 3 * cStride, l3, h3);
        Finish(c + 4 * cStride, l4, h4);
        Finish(c + 5 * cStride, l5, h5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4<V, T>(float* a, T* b, long bStride, int depth, float* c, long cStride, bool adds)
        where V : unmanaged, ILanes<V>
        where T : unmanaged
    {
        (V l0, V h0) = Start<V>(c, adds);
        (V l1, V h1) = Start<V>(c + cStride, adds);
        (V l2, V h2) = Start<V>(c + 2 * cStride, adds);
        (V l3, V h3) = Start<V>(c + 3 * cStride, adds);
        for (; depth > 0; depth--)
        {
            (V low, V high) = (Stored.Load<V, T>(b), Stored.Load<V, T>(b + V.Count));
            V x = V.Of(a[0]);
            (l0, h0) = (V.FusedMultiplyAdd(x, low, l0), V.FusedMultiplyAdd(x, high, h0));
            x = V.Of(a[1]);
            (l1, h1) = (V.FusedMultiplyAdd(x, low, l1), V.FusedMultiplyAdd(x, high, h1));
            x = V.Of(a[2]);
            (l2, h2) = (V.FusedMultiplyAdd(x, low, l2), V.FusedMultiplyAdd(x, high, h2));
            x = V.Of(a[3]);
            (l3, h3) = (V.FusedMultiplyAdd(x, low, l3), V.FusedMultiplyAdd(x, high, h3));
            a += 4;
            b += bStride;
        }
        Finish(c, l0, h0);
        Finish(c + cStride, l1, h1);
        Finish(c + 2 * cStride, l2, h2);
        Finish(c + 3 * cStride, l3, h3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2<V, T>(float* a, T* b, long bStride, int depth, float* c, long cStride, bool adds)
        where V : unmanaged, ILanes<V>
        where T : unmanaged
    {
        (V l0, V h0) = Start<V>(c, adds);
        (V l1, V h1) = Start<V>(c + cStride, adds);
        for (; depth > 0; depth--)
        {
            (V low, V high) = (Stored.Load<V, T>(b), Stored.Load<V, T>(b + V.Count));
            V x = V.Of(a[0]);
            (l0, h0) = (V.FusedMultiplyAdd(x, low, l0), V.FusedMultiplyAdd(x, high, h0));
            x = V.Of(a[1]);
            (l1, h1) = (V.FusedMultiplyAdd(x, low, l1), V.FusedMultiplyAdd(x, high, h1));
            a += 2;
            b += bStride;
        }
        Finish(c, l0, h0);
        Finish(c + cStride, l1, h1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1<V, T>(float* a, T* b, long bStride, int depth, float* c, long cStride, bool adds)
        where V : unmanaged, ILanes<V>
        where T : unmanaged
    {
        (V l0, V h0) = Start<V>(c, adds);
        for (; depth > 0; depth--)
        {
            (V low, V high) = (Stored.Load<V, T>(b), Stored.Load<V, T>(b + V.Count));
            V x = V.Of(a[0]);
            (l0, h0) = (V.FusedMultiplyAdd(x, low, l0), V.FusedMultiplyAdd(x, high, h0));
            a += 1;
            b += bStride;
        }
        Finish(c, l0, h0);
    }
}
