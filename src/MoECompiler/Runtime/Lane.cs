using System.Runtime.CompilerServices;

namespace MoECompiler;

/// <summary>
/// The scalar functions on lanes: one method for each <see cref="ScalarFunction"/>, by its name. Each gives the same bits at every width.
/// The worst errors against double precision are listed, and held, in the tests.
/// </summary>
public static partial class Lane
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Negate<V>(V x) where V : unmanaged, ILanes<V> => -x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Reciprocal<V>(V x) where V : unmanaged, ILanes<V> => V.Of(1f) / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Square<V>(V x) where V : unmanaged, ILanes<V> => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sqrt<V>(V x) where V : unmanaged, ILanes<V> => V.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Rsqrt<V>(V x) where V : unmanaged, ILanes<V> => V.Of(1f) / V.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Abs<V>(V x) where V : unmanaged, ILanes<V> => V.Abs(x);

    /// <summary>-1, 0 or 1; 0 for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sign<V>(V x) where V : unmanaged, ILanes<V> =>
        V.SelectGreater(x, V.Zero, V.Of(1f), V.SelectGreater(V.Zero, x, V.Of(-1f), V.Zero));

    /// <summary>1 where x is greater than 0, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Step<V>(V x) where V : unmanaged, ILanes<V> => V.SelectGreater(x, V.Zero, V.Of(1f), V.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Min<V>(V x, V y) where V : unmanaged, ILanes<V> => V.Min(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Max<V>(V x, V y) where V : unmanaged, ILanes<V> => V.Max(x, y);

    /// <summary>x where the condition is greater than 0, else y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Select<V>(V condition, V x, V y) where V : unmanaged, ILanes<V> => V.SelectGreater(condition, V.Zero, x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Relu<V>(V x) where V : unmanaged, ILanes<V> => V.Max(x, V.Zero);

    /// <summary>c[0] x^n + c[1] x^(n-1) + ... by Horner's rule; written out, as the JIT keeps no loop over constants in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Then<V>(this V sum, V x, float coefficient) where V : unmanaged, ILanes<V> => V.FusedMultiplyAdd(sum, x, V.Of(coefficient));
}
