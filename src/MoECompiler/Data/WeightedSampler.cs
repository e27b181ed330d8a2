namespace MoECompiler.Data;

/// <summary>Rows drawn by their weights, with replacement: row i where the running sum of weights passes a uniform number.</summary>
internal sealed class WeightedSampler : RowSampler
{
    private const int Chunk = 128;

    private readonly double[] _sums;
    private readonly ulong _seed;
    private readonly ulong _hash = 14_695_981_039_346_656_037;

    public WeightedSampler(ReadOnlySpan<float> weights, ulong seed)
    {
        _sums = new double[weights.Length];
        _seed = seed;
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || !float.IsFinite(weights[i]))
                throw new ArgumentException($"The weight of row {i:N0} is {weights[i]}: expected a finite number that is not negative.", nameof(weights));
            _sums[i] = sum += weights[i];
            _hash = (_hash ^ BitConverter.SingleToUInt32Bits(weights[i])) * 1_099_511_628_211;
        }
        if (sum == 0)
            throw new ArgumentException("All weights are 0: there is no row to draw.", nameof(weights));
    }

    public override string Description => $"drawn by weights {_hash:x16} and seed {_seed}";

    internal override void Fill(Span<int> order, long epoch)
    {
        if (order.Length != _sums.Length)
            throw new ArgumentException($"There are {order.Length:N0} rows and {_sums.Length:N0} weights.");
        RandomState random = new(_seed, epoch);
        Span<uint> words = stackalloc uint[2 * Chunk];
        for (int i = 0; i < order.Length; i++)
        {
            int at = 2 * (i % Chunk);
            if (at == 0)
                Philox.Fill(random, RowOrder.EpochSite, 2L * i, words);
            ulong bits = (ulong)words[at + 1] << 32 | words[at];
            order[i] = RowAt((bits >> 11) * (1.0 / (1L << 53)) * _sums[^1]);
        }
    }

    /// <summary>The first row whose running sum is above the number: never one of weight 0.</summary>
    private int RowAt(double number)
    {
        int low = 0;
        int high = _sums.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_sums[middle] > number)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
