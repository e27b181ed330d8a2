namespace MoECompiler;

/// <summary>
/// (sum of sqrt|w| A) times (sum of sign(w) sqrt|w| B): of one adapter it is its change. Source: PEFT, <c>add_weighted_adapter</c> with
/// <c>combination_type="linear"</c>.
/// </summary>
internal sealed class FactorSum : AdapterCombination
{
    internal override string? Refusal(int rank, IReadOnlyList<int> ranks) => ranks.All(r => r == rank)
        ? null
        : $"Sums of factors are of one rank, {rank}, and these adapters have {string.Join(", ", ranks)}: use {nameof(TruncatedSvd)}.";

    internal override void Combine(IReadOnlyList<WeightedFactors> parts, Matrix a, Matrix b)
    {
        foreach (WeightedFactors part in parts)
        {
            double root = Math.Sqrt(Math.Abs(part.Weight));
            a.Add(part.A, root);
            b.Add(part.B, Math.Sign(part.Weight) * root);
        }
    }
}
