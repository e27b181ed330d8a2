using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record BalancedExperts : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor scores = operands[0];
        (int tokens, int experts) = (scores.Rows, scores.Columns);
        int capacity = CapacityOf(tokens, experts);
        long[][] units = InUnits(scores);
        List<(long Bid, int Token)>[] kept = [.. Enumerable.Range(0, experts).Select(static _ => new List<(long, int)>())];
        List<int> left = [.. Enumerable.Range(0, tokens)];
        for (int round = 0; round < Rounds && left.Count > 0; round++)
        {
            long[] prices = [.. kept.Select(bids => bids.Count < capacity ? 0 : bids.Min(static b => b.Bid))];
            foreach (int token in left)
            {
                int best = Enumerable.Range(0, experts).MaxBy(e => units[token][e] - prices[e]);
                long value = units[token][best] - prices[best];
                long second = Enumerable.Range(0, experts).Where(e => e != best).Select(e => units[token][e] - prices[e]).DefaultIfEmpty(value).Max();
                kept[best].Add((prices[best] + value - second + Increment, token));
            }
            left.Clear();
            foreach (List<(long Bid, int Token)> bids in kept)
            {
                bids.Sort(static (a, b) => a.Bid != b.Bid ? b.Bid.CompareTo(a.Bid) : a.Token.CompareTo(b.Token));
                left.AddRange(bids.Skip(capacity).Select(static b => b.Token));
                bids.RemoveRange(Math.Min(capacity, bids.Count), Math.Max(0, bids.Count - capacity));
            }
        }
        foreach (int token in left.Order())
            kept[Enumerable.Range(0, experts).Where(e => kept[e].Count < capacity).MaxBy(e => units[token][e])].Add((0, token));

        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int expert = 0; expert < experts; expert++)
        {
            foreach ((_, int token) in kept[expert])
                y[token, 0] = expert;
        }
        return [y];
    }

    /// <summary>Differences are rounded as f32 is, so that the units are those of every device.</summary>
    private static long[][] InUnits(ReferenceTensor scores)
    {
        double[] finite = [.. scores.Data.Where(double.IsFinite)];
        double least = finite.DefaultIfEmpty(0).Min();
        float range = (float)(finite.DefaultIfEmpty(0).Max() - least);
        double unit = Math.Pow(2, Math.Max(-100, range == 0 ? -100 : float.IsInfinity(range) ? 128 : Math.ILogB(range)) - 15);
        return
        [
            .. Enumerable.Range(0, scores.Rows).Select(token => Enumerable.Range(0, scores.Columns).Select(expert =>
                double.IsNaN(scores[token, expert]) ? 0 : (long)Math.Clamp((float)(scores[token, expert] - least) / unit, 0, MostUnits)).ToArray()),
        ];
    }
}
