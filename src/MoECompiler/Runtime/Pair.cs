using System.Runtime.CompilerServices;

namespace MoECompiler;

/// <summary>
/// Two groups of lanes as one of twice the width. A sum that is kept in sixteen lanes has the same bits on every machine; where registers
/// are narrower, the sixteen are pairs of them.
/// </summary>
internal readonly unsafe struct Pair<V>(V low, V high) : ILanes<Pair<V>> where V : unmanaged, ILanes<V>
{
    private readonly V _low = low;
    private readonly V _high = high;

    public static int Count => 2 * V.Count;

    public static Pair<V> Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> Of(float value) => new(V.Of(value), V.Of(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> Load(float* address) => new(V.Load(address), V.Load(address + V.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* address)
    {
        _low.Store(address);
        _high.Store(address + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> operator +(Pair<V> left, Pair<V> right) => new(left._low + right._low, left._high + right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> operator -(Pair<V> left, Pair<V> right) => new(left._low - right._low, left._high - right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> operator *(Pair<V> left, Pair<V> right) => new(left._low * right._low, left._high * right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> operator /(Pair<V> left, Pair<V> right) => new(left._low / right._low, left._high / right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> operator -(Pair<V> value) => new(-value._low, -value._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> FusedMultiplyAdd(Pair<V> left, Pair<V> right, Pair<V> addend) =>
        new(V.FusedMultiplyAdd(left._low, right._low, addend._low), V.FusedMultiplyAdd(left._high, right._high, addend._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> Max(Pair<V> left, Pair<V> right) => new(V.Max(left._low, right._low), V.Max(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> Min(Pair<V> left, Pair<V> right) => new(V.Min(left._low, right._low), V.Min(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> Sqrt(Pair<V> value) => new(V.Sqrt(value._low), V.Sqrt(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> Abs(Pair<V> value) => new(V.Abs(value._low), V.Abs(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> CopySign(Pair<V> magnitude, Pair<V> sign) =>
        new(V.CopySign(magnitude._low, sign._low), V.CopySign(magnitude._high, sign._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> Round(Pair<V> value) => new(V.Round(value._low), V.Round(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> PowerOfTwo(Pair<V> exponent) => new(V.PowerOfTwo(exponent._low), V.PowerOfTwo(exponent._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> Exponent(Pair<V> value) => new(V.Exponent(value._low), V.Exponent(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> Mantissa(Pair<V> value) => new(V.Mantissa(value._low), V.Mantissa(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<V> SelectGreater(Pair<V> left, Pair<V> right, Pair<V> yes, Pair<V> no) => new(
        V.SelectGreater(left._low, right._low, yes._low, no._low), V.SelectGreater(left._high, right._high, yes._high, no._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumAcross(Pair<V> value) => V.SumAcross(value._low + value._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Pair<V> value) => V.MaxAcross(V.Max(value._low, value._high));
}
