using System.Runtime.CompilerServices;

namespace MoECompiler;

public static unsafe partial class Distributions
{
    /// <summary>
    /// The cosine and the sine of a turn's share in [0, 1). The share is split into a quarter, 0 to 4, and the rest, within half a quarter
    /// of it; both are exact. Taylor's series in the rest, where they end below 3e-9.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CosineAndSine<V>(V share, out V cosine, out V sine) where V : unmanaged, ILanes<V>
    {
        V turns = V.Of(4f) * share;
        V quarter = V.Round(turns);
        V rest = turns - quarter;
        V square = rest * rest;
        V s = V.Of(1.6044118e-4f);
        s = V.FusedMultiplyAdd(s, square, V.Of(-4.6817541e-3f));
        s = V.FusedMultiplyAdd(s, square, V.Of(7.9692626e-2f));
        s = V.FusedMultiplyAdd(s, square, V.Of(-6.4596410e-1f));
        s = V.FusedMultiplyAdd(s, square, V.Of(1.5707963f)) * rest;
        V c = V.Of(-2.5202042e-5f);
        c = V.FusedMultiplyAdd(c, square, V.Of(9.1926027e-4f));
        c = V.FusedMultiplyAdd(c, square, V.Of(-2.0863481e-2f));
        c = V.FusedMultiplyAdd(c, square, V.Of(2.5366951e-1f));
        c = V.FusedMultiplyAdd(c, square, V.Of(-1.2337006f));
        c = V.FusedMultiplyAdd(c, square, V.Of(1f));

        // Quarters 1 and 3 swap the two; the cosine is negative in quarters 1 and 2, the sine in 2 and 3.
        V half = V.Of(0.5f);
        V fromOdd = V.Abs(V.Abs(quarter - V.Of(2f)) - V.Of(1f));
        cosine = V.SelectGreater(half, fromOdd, s, c);
        sine = V.SelectGreater(half, fromOdd, c, s);
        cosine = V.SelectGreater(V.Of(1f), V.Abs(quarter - V.Of(1.5f)), -cosine, cosine);
        sine = V.SelectGreater(V.Of(1f), V.Abs(quarter - V.Of(2.5f)), -sine, sine);
    }
}
