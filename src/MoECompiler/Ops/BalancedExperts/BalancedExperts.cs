namespace MoECompiler.Ops;

/// <summary>
/// One expert for each token such that all have the same load and the sum of the scores is near the greatest: f32[T, E] gives i32[T, 1], no
/// expert more than ceil(T / E) times. NaN counts as the least finite score, infinities as the least and the greatest.
/// </summary>
/// <remarks>
/// An auction. Scores count in whole units, of which the greatest less the least is from 2^15 to 2^16. Experts have prices, 0 at first. Round
/// by round each token without an expert bids for the one whose score less its price is the greatest, ties to the lower: its price, and the
/// margin over the second best, and <see cref="Increment"/>. An expert keeps the best bids that it has room for, of equal ones those of lower
/// tokens; once it is full, its price is the least that it keeps. When all tokens have an expert, the sum is the greatest but for
/// T / 250 of the range of scores at most. After <see cref="Rounds"/> rounds those without one take, token by token, the best that has room.
/// Source: Bertsekas and Castañon, The Auction Algorithm for the Transportation Problem, 1989; as a router Lewis et al., BASE Layers,
/// ICML 2021.
/// </remarks>
public sealed partial record BalancedExperts : Op
{
    /// <summary>How much a bid is more than the margin, in units.</summary>
    public const int Increment = 128;

    /// <summary>The most rounds: tokens that are all alike have prices rise by small steps.</summary>
    public const int Rounds = 1_024;

    /// <summary>The units of a score that is infinite.</summary>
    internal const int MostUnits = 1 << 16;

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => operands[0].Rank == 2
        ? [TensorType.I32(operands[0].Shape[0], Size.One)]
        : throw new ShapeError($"BalancedExperts takes f32[T, E] and is given {operands[0]}");

    /// <summary>How many tokens an expert takes at most.</summary>
    /// <exception cref="ArgumentException">There is none for the tokens.</exception>
    internal static int CapacityOf(int tokens, int experts) =>
        experts > 0 || tokens == 0 ? (tokens + experts - 1) / Math.Max(1, experts) : throw new ArgumentException($"There is no expert for {tokens} tokens.");
}
