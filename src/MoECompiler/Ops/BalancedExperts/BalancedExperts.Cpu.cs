namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>One expert for each token, of equal load and near the greatest sum of scores; see <see cref="Ops.BalancedExperts"/>.</summary>
    /// <exception cref="ArgumentException">There is no expert.</exception>
    public static void BalancedExperts(CpuDevice cpu, View<float> scores, View<int> y)
    {
        (int tokens, int experts) = (y.Rows, scores.Columns);
        AuctionJob job = new(scores.Pointer, y.Pointer, tokens, experts, Ops.BalancedExperts.CapacityOf(tokens, experts));
        cpu.Team.Run(ref job, tokens == 0 ? 0 : 1);
    }

    /// <summary>What a unit of a score is: its reciprocal, and the least finite score.</summary>
    private readonly struct ScoreUnits
    {
        private readonly float _least, _each;

        public ScoreUnits(float* scores, long count)
        {
            (float least, float greatest) = (float.PositiveInfinity, float.NegativeInfinity);
            for (long i = 0; i < count; i++)
            {
                if (!float.IsFinite(scores[i]))
                    continue;
                least = Math.Min(least, scores[i]);
                greatest = Math.Max(greatest, scores[i]);
            }
            _least = float.IsFinite(least) ? least : 0;
            int exponent = (BitConverter.SingleToInt32Bits(float.IsFinite(least) ? greatest - least : 0) >> 23) - 127;
            _each = BitConverter.Int32BitsToSingle((127 + 15 - Math.Max(-100, exponent)) << 23);
        }

        public int Of(float score)
        {
            float units = (score - _least) * _each;
            return units >= Ops.BalancedExperts.MostUnits ? Ops.BalancedExperts.MostUnits : units > 0 ? (int)units : 0;
        }
    }

    private readonly struct AuctionJob(float* scores, int* y, int tokens, int experts, int capacity) : IJob
    {
        public void Run(int task, int thread)
        {
            ulong* keys = (ulong*)ThreadTeam.Scratch(3L * tokens + 3L * experts);
            int* bids = (int*)(keys + tokens), prices = bids + tokens, counts = prices + experts, news = counts + experts;
            new Span<int>(prices, 3 * experts).Clear();
            new Span<int>(y, tokens).Fill(-1);
            ScoreUnits units = new(scores, (long)tokens * experts);
            int left = tokens;
            for (int round = 0; round < Ops.BalancedExperts.Rounds && left > 0; round++)
            {
                for (int token = 0; token < tokens; token++)
                {
                    if (y[token] >= 0)
                        continue;
                    y[token] = Best(units, token, prices, out int margin);
                    bids[token] = prices[y[token]] + margin + Ops.BalancedExperts.Increment;
                    counts[y[token]]++;
                    news[y[token]]++;
                }
                left = 0;
                for (int expert = 0; expert < experts; expert++)
                {
                    if (news[expert] > 0 && counts[expert] >= capacity)
                    {
                        left += counts[expert] - capacity;
                        counts[expert] = capacity;
                        prices[expert] = KeepBest(expert, keys, bids);
                    }
                    news[expert] = 0;
                }
            }
            Finish(units, counts);
        }

        /// <summary>The expert whose score less its price is the greatest, and by how much it is.</summary>
        private int Best(ScoreUnits units, int token, int* prices, out int margin)
        {
            (int best, int greatest, int second) = (0, int.MinValue, int.MinValue);
            for (int expert = 0; expert < experts; expert++)
            {
                int value = units.Of(scores[(long)token * experts + expert]) - prices[expert];
                if (value > greatest)
                    (best, second, greatest) = (expert, greatest, value);
                else if (value > second)
                    second = value;
            }
            margin = experts == 1 ? 0 : greatest - second;
            return best;
        }

        /// <summary>Takes the expert from the tokens whose bids are not among its best; the least bid that it keeps.</summary>
        private int KeepBest(int expert, ulong* keys, int* bids)
        {
            int count = 0;
            for (int token = 0; token < tokens; token++)
            {
                if (y[token] == expert)
                    keys[count++] = ((ulong)~(uint)bids[token] << 32) | (uint)token;
            }
            new Span<ulong>(keys, count).Sort();
            for (int i = capacity; i < count; i++)
                y[(uint)keys[i]] = -1;
            return (int)~(uint)(keys[capacity - 1] >> 32);
        }

        private void Finish(ScoreUnits units, int* counts)
        {
            for (int token = 0; token < tokens; token++)
            {
                if (y[token] >= 0)
                    continue;
                int greatest = -1;
                for (int expert = 0; expert < experts; expert++)
                {
                    int value = units.Of(scores[(long)token * experts + expert]);
                    if (counts[expert] < capacity && value > greatest)
                        (y[token], greatest) = (expert, value);
                }
                counts[y[token]]++;
            }
        }
    }
}
