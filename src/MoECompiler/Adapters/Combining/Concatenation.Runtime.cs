namespace MoECompiler;

/// <summary>[w1 B1, w2 B2, ...] times [A1; A2; ...], and zeroes for what is left of the rank.</summary>
internal sealed class Concatenation : AdapterCombination
{
    internal override string? Refusal(int rank, IReadOnlyList<int> ranks) => ranks.Sum() <= rank
        ? null
        : $"Side by side the factors have the rank {string.Join(" + ", ranks)} = {ranks.Sum()}, and the adapter has {rank}: declare it with that rank, or use {nameof(TruncatedSvd)}.";

    internal override void Combine(IReadOnlyList<WeightedFactors> parts, Matrix a, Matrix b)
    {
        int first = 0;
        foreach (WeightedFactors part in parts)
        {
            for (int r = 0; r < part.Rank; r++)
            {
                for (int i = 0; i < a.Columns; i++)
                    a[first + r, i] = part.A[r, i];
                for (int o = 0; o < b.Rows; o++)
                    b[o, first + r] = part.Weight * part.B[o, r];
            }
            first += part.Rank;
        }
    }
}
