using System.Runtime.CompilerServices;

namespace MoECompiler;

/// <summary>The error function, and the activations made of the normal distribution.</summary>
public static partial class Lane
{
    /// <summary>Below 0.927734375 an odd polynomial, above it 1 - exp(polynomial). Source: N. Juffa, erff with less than 1 ulp of error, 2017.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<V>(V x) where V : unmanaged, ILanes<V>
    {
        // From 4 on, 1 - erf is below half an ulp.
        V a = V.Min(V.Abs(x), V.Of(4f));
        V square = a * a;
        V high = V.FusedMultiplyAdd(V.Of(-1.72853470e-5f), a, V.Of(3.83197126e-4f));
        V low = V.FusedMultiplyAdd(V.Of(-3.88396438e-3f), a, V.Of(2.42546219e-2f));
        V t = V.FusedMultiplyAdd(high, square, low).Then(a, -1.06777877e-1f).Then(a, -6.34846687e-1f).Then(a, -1.28717512e-1f);
        V far = V.Of(1f) - Exp(V.FusedMultiplyAdd(t, a, -a));
        V p = V.Of(-5.96761703e-4f).Then(square, 4.99119423e-3f).Then(square, -2.67681349e-2f).Then(square, 1.12819925e-1f)
            .Then(square, -3.76125336e-1f).Then(square, 1.28379166e-1f);
        V near = V.FusedMultiplyAdd(p, a, a);
        return V.CopySign(V.SelectGreater(a, V.Of(0.927734375f), far, near), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gelu<V>(V x) where V : unmanaged, ILanes<V> => x * NormalCdf(x, Bell(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V GeluDerivative<V>(V x) where V : unmanaged, ILanes<V>
    {
        V bell = Bell(x);
        return V.FusedMultiplyAdd(x * V.Of(0.3989422804f), bell, NormalCdf(x, bell));
    }

    /// <summary>x sigmoid(2u), as (1 + tanh(u)) / 2 = sigmoid(2u).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V GeluTanh<V>(V x) where V : unmanaged, ILanes<V> => x * Sigmoid(TwiceGeluInner(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V GeluTanhDerivative<V>(V x) where V : unmanaged, ILanes<V>
    {
        // s + x s (1 - s) (2u)' with s = sigmoid(2u).
        V z = Exp(-V.Abs(TwiceGeluInner(x)));
        V scale = V.Of(1f) / (V.Of(1f) + z);
        V sigmoid = V.SelectGreater(x, V.Zero, V.Of(1f), z) * scale;
        V slope = V.FusedMultiplyAdd(V.Of(3 * GeluCubic), x * x, V.Of(GeluLinear));
        return V.FusedMultiplyAdd(x * slope, z * scale * scale, sigmoid);
    }

    /// <summary>2 sqrt(2/pi), and 0.044715 of it.</summary>
    private const float GeluLinear = 1.5957691216f, GeluCubic = 0.0713548162726f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V TwiceGeluInner<V>(V x) where V : unmanaged, ILanes<V> => x * V.FusedMultiplyAdd(V.Of(GeluCubic), x * x, V.Of(GeluLinear));

    /// <summary>exp(-x^2 / 2). What rounding x^2 lost is made up for: in the tails the exponent needs more digits than a float has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Bell<V>(V x) where V : unmanaged, ILanes<V>
    {
        x = V.Min(V.Abs(x), V.Of(16f));
        V square = x * x;
        V lost = V.FusedMultiplyAdd(x, x, -square);
        V bell = Exp(V.Of(-0.5f) * square);
        return V.FusedMultiplyAdd(bell * V.Of(-0.5f), lost, bell);
    }

    /// <summary>
    /// The share of a normal distribution below x. Up to |x| = 1 it is 1/2 and an odd polynomial; beyond, with a = |x| and
    /// q = (a - 4) / (a + 4), exp(a^2 / 2) (a + 4) Phi(-a) is a polynomial in q, so that the lower tail keeps its digits. Both are minimax
    /// fits, to 1e-9 and 9e-9, relative.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V NormalCdf<V>(V x, V bell) where V : unmanaged, ILanes<V>
    {
        V a = V.Min(V.Abs(x), V.Of(16f));
        V square = x * x;
        V slope = V.Of(-7.65420872e-6f).Then(square, 1.13486373e-4f).Then(square, -1.18632994e-3f).Then(square, 9.97332341e-3f)
            .Then(square, -6.64903599e-2f).Then(square, 3.98942280e-1f);
        V near = V.FusedMultiplyAdd(slope, x, V.Of(0.5f));
        V r = V.Of(1f) / (a + V.Of(4f));
        V q = V.FusedMultiplyAdd(V.Of(-8f), r, V.Of(1f));
        V p = V.Of(-1.32433427e-4f).Then(q, 1.78371365e-4f).Then(q, 1.56958960e-3f).Then(q, -3.51207791e-3f).Then(q, -7.52500356e-3f)
            .Then(q, 6.04037647e-2f).Then(q, -1.86523486e-1f).Then(q, 3.87136904e-1f).Then(q, -6.07896587e-1f).Then(q, 7.55285135e-1f);
        V tail = p * r * bell;
        V far = V.SelectGreater(x, V.Zero, V.Of(1f) - tail, tail);
        return V.SelectGreater(a, V.Of(1f), far, near);
    }
}
