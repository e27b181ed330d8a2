namespace MoECompiler.Ops;

/// <summary>What the threads of an auction share.</summary>
/// <param name="Least">The least key that an expert keeps, as far as it is known.</param>
/// <param name="Prices">Of each expert.</param>
/// <param name="Counts">How many tokens an expert has.</param>
/// <param name="News">Whether there were bids for an expert in this round; once they are in, whether it is contested.</param>
/// <param name="Reach">How many bids reach what is tried; 0 in between.</param>
/// <param name="Bids">The bid of each token that has an expert.</param>
/// <param name="Number">Numbers by themselves, each by its name.</param>
/// <param name="TokenBits">The bits that a token's number takes.</param>
internal readonly record struct AuctionState(
    ArrayView<long> Least, ArrayView<int> Prices, ArrayView<int> Counts, ArrayView<int> News, ArrayView<int> Reach, ArrayView<int> Bids,
    ArrayView<int> Number, int TokenBits)
{
    /// <summary>The least and the greatest finite score, the dearest bid so far, and how many tokens have no expert.</summary>
    public const int Lowest = 0, Highest = 1, Dearest = 2, Left = 3;

    /// <summary>How many numbers there are.</summary>
    public const int Numbers = 4;

    /// <summary>The bid, then the token from above: different for each.</summary>
    public long KeyOf(int token, int tokens) => ((long)Bids[token] << TokenBits) | (uint)(tokens - 1 - token);
}

/// <summary>What a unit of a score is: its reciprocal, and the least finite score.</summary>
internal readonly struct GpuScoreUnits(float least, float each)
{
    /// <param name="lowest">The least finite score by its order; the greatest integer where there is none.</param>
    /// <param name="highest">The greatest one.</param>
    public static GpuScoreUnits Of(int lowest, int highest)
    {
        bool isSome = highest >= lowest;
        float least = FloatOf(isSome ? lowest : 0);
        float range = FloatOf(isSome ? highest : 0) - least;
        int exponent = (int)(Interop.FloatAsInt(range) >> 23) - 127;
        return new GpuScoreUnits(least, Interop.IntAsFloat((uint)(127 + 15 - IntrinsicMath.Max(-100, exponent)) << 23));
    }

    public int Of(float score)
    {
        float units = (score - least) * each;
        bool isNaN = (Interop.FloatAsInt(score) & 0x7FFF_FFFFu) > 0x7F80_0000u;
        if (isNaN)
            return 0;
        return units >= BalancedExperts.MostUnits ? BalancedExperts.MostUnits : units > 0 ? (int)units : 0;
    }

    /// <summary>The float of an order, as <see cref="GpuKernels"/> counts it: its bits, or of one below 0 the magnitude's from below.</summary>
    private static float FloatOf(int order) => Interop.IntAsFloat(order >= 0 ? (uint)order : (uint)-order | 0x8000_0000u);
}
