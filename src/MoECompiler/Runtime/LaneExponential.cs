using System.Runtime.CompilerServices;

namespace MoECompiler;

/// <summary>exp, log and what is made of them.</summary>
public static partial class Lane
{
    private const float Log2E = 1.442695041f;

    /// <summary>log(2), with few enough bits that its product with an exponent is exact, and what is missing.</summary>
    private const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    /// <summary>
    /// Infinity above 88.72, gradual underflow below -87.33. x = n log(2) + r, exp(r) by a polynomial; 2^n in two factors, as n goes past
    /// what an exponent holds. Coefficients: Moshier, Cephes, expf.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x) where V : unmanaged, ILanes<V>
    {
        x = V.Min(V.Max(x, V.Of(-104f)), V.Of(89f));
        V n = V.Round(x * V.Of(Log2E));
        V r = V.FusedMultiplyAdd(n, V.Of(-Ln2Low), V.FusedMultiplyAdd(n, V.Of(-Ln2High), x));
        V p = V.Of(1.9875691500e-4f).Then(r, 1.3981999507e-3f).Then(r, 8.3334519073e-3f).Then(r, 4.1665795894e-2f).Then(r, 1.6666665459e-1f)
            .Then(r, 5.0000001201e-1f);
        p = V.FusedMultiplyAdd(p * r, r, r) + V.Of(1f);
        V half = V.Round(n * V.Of(0.5f));
        return p * V.PowerOfTwo(half) * V.PowerOfTwo(n - half);
    }

    /// <summary>
    /// -infinity at 0, NaN below. x = 2^e m with m from sqrt(1/2) to sqrt(2), log(m) by a polynomial in m - 1. Coefficients: Moshier,
    /// Cephes, logf.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<V>(V x) where V : unmanaged, ILanes<V>
    {
        // Numbers too small for a full mantissa are scaled up first.
        V tiny = V.Of(1.17549435e-38f);
        V scaled = V.SelectGreater(tiny, x, x * V.Of(8388608f), x);
        V e = V.Exponent(scaled) - V.SelectGreater(tiny, x, V.Of(23f), V.Zero);
        V m = V.Mantissa(scaled);
        V root = V.Of(1.41421356f);
        e += V.SelectGreater(m, root, V.Of(1f), V.Zero);
        V f = V.SelectGreater(m, root, m * V.Of(0.5f), m) - V.Of(1f);
        V p = V.Of(7.0376836292e-2f).Then(f, -1.1514610310e-1f).Then(f, 1.1676998740e-1f).Then(f, -1.2420140846e-1f).Then(f, 1.4249322787e-1f)
            .Then(f, -1.6668057665e-1f).Then(f, 2.0000714765e-1f).Then(f, -2.4999993993e-1f).Then(f, 3.3333331174e-1f);
        V square = f * f;
        V low = V.FusedMultiplyAdd(e, V.Of(Ln2Low), p * f * square);
        low = V.FusedMultiplyAdd(square, V.Of(-0.5f), low);
        V log = V.FusedMultiplyAdd(e, V.Of(Ln2High), f + low);
        log = V.SelectGreater(V.Of(float.PositiveInfinity), x, log, x);
        return V.SelectGreater(x, V.Zero, log, V.SelectGreater(V.Zero, x, V.Of(float.NaN), V.Of(-1f) / V.Abs(x)));
    }

    /// <summary>Coefficients below 0.625: Moshier, Cephes, tanhf; above, 1 - 2 / (exp(2x) + 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x) where V : unmanaged, ILanes<V>
    {
        V a = V.Abs(x);
        V square = x * x;
        V p = V.Of(-5.70498872745e-3f).Then(square, 2.06390887954e-2f).Then(square, -5.37397155531e-2f).Then(square, 1.33314422036e-1f)
            .Then(square, -3.33332819422e-1f);
        V near = V.FusedMultiplyAdd(p * square, a, a);
        V far = V.Of(1f) - V.Of(2f) / (Exp(a + a) + V.Of(1f));
        return V.CopySign(V.SelectGreater(V.Of(0.625f), a, near, far), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x) where V : unmanaged, ILanes<V>
    {
        // exp(-|x|) cannot overflow, so both tails keep all their digits.
        V z = Exp(-V.Abs(x));
        return V.SelectGreater(x, V.Zero, V.Of(1f), z) / (V.Of(1f) + z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus<V>(V x) where V : unmanaged, ILanes<V>
    {
        // log(1 + z) = log(u) + what rounding u = 1 + z lost.
        V z = Exp(-V.Abs(x));
        V u = V.Of(1f) + z;
        return V.Max(x, V.Zero) + (Log(u) + (z - (u - V.Of(1f))) / u);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Silu<V>(V x) where V : unmanaged, ILanes<V> => x * Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SiluDerivative<V>(V x) where V : unmanaged, ILanes<V>
    {
        V z = Exp(-V.Abs(x));
        V scale = V.Of(1f) / (V.Of(1f) + z);
        V sigmoid = V.SelectGreater(x, V.Zero, V.Of(1f), z) * scale;
        V complement = V.SelectGreater(x, V.Zero, z, V.Of(1f)) * scale;
        return sigmoid * V.FusedMultiplyAdd(x, complement, V.Of(1f));
    }
}
