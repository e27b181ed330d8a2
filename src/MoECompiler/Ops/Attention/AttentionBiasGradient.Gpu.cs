namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The gradient with respect to the bias; see <see cref="Ops.AttentionBiasGradient"/>.</summary>
    public static void AttentionBiasGradient(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<float> logSum, View<float> level, View<float> dy, View<float> dBias,
        int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionBiasGradientOf(gpu, q, k, v, bias, null, logSum, level, dy, dBias, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="AttentionBiasGradient(GpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void AttentionBiasGradient(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<int> lengths, View<float> logSum, View<float> level, View<float> dy,
        View<float> dBias, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionBiasGradientOf(gpu, q, k, v, bias, lengths, logSum, level, dy, dBias, Heads, KvHeads, Scale, IsCausal);

    private static void AttentionBiasGradientOf(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<int>? lengths, View<float> logSum, View<float> level, View<float> dy,
        View<float> dBias, int heads, int kvHeads, float scale, bool isCausal)
    {
        if (q.Count == 0)
        {
            Fill(gpu, dBias, Number: 0);
            return;
        }
        AttentionGrid grid = AttentionGrid.Of(q, k, v, bias, lengths, heads, kvHeads, scale, isCausal);
        gpu.Launch(
            AttentionBiasSlope,
            gpu.PerElement(dBias.Count, flops: 2L * grid.Keys * (q.Count + dy.Count), bytes: 4 * (q.Count + k.Count + v.Count + dy.Count + 2 * dBias.Count)),
            gpu.Array(q), gpu.Array(k), gpu.Array(v), gpu.Array(bias), lengths is { } some ? gpu.Array(some) : gpu.Array(q).Cast<int>(),
            gpu.Array(logSum), gpu.Array(level), gpu.Array(dy), gpu.Array(dBias), grid, bias.Rank == 4 ? 1 : 0);
    }

    /// <summary>A query and a key of a head: the slope of their score, of one sample or the sum over all in order.</summary>
    private static void AttentionBiasSlope(
        ArrayView<float> q, ArrayView<float> k, ArrayView<float> v, ArrayView<float> bias, ArrayView<int> lengths, ArrayView<float> logSum, ArrayView<float> level,
        ArrayView<float> dy, ArrayView<float> dBias, AttentionGrid grid, int ofSamples)
    {
        uint element = GpuIndex.ShortElement;
        if (element >= dBias.Length)
            return;
        uint line = element / (uint)grid.Keys;
        int key = (int)(element - line * (uint)grid.Keys);
        uint matrix = line / (uint)grid.Queries;
        int query = (int)(line - matrix * (uint)grid.Queries);
        uint own = matrix / (uint)grid.Heads;
        int head = (int)(matrix - own * (uint)grid.Heads);
        int start = ofSamples != 0 ? (int)own : 0, end = ofSamples != 0 ? start + 1 : grid.Samples;
        float sum = 0;
        for (int sample = start; sample < end; sample++)
        {
            long queryAt = grid.QueryAt(sample, head, query), keyAt = grid.KeyAt(sample, head / grid.Group, key);
            float product = 0;
            for (int i = 0; i < grid.Size; i++)
                product = Intrinsics.FusedMultiplyAdd(q[queryAt + i], k[keyAt + i], product);
            long slopeAt = grid.SlopeAt(sample, head, query), valueAt = grid.ValueAt(sample, head / grid.Group, key);
            float slope = 0;
            for (int i = 0; i < grid.ValueSize; i++)
                slope = Intrinsics.FusedMultiplyAdd(dy[slopeAt + i], v[valueAt + i], slope);
            long row = grid.QueryRow(sample, head, query);
            float score = grid.Score(bias, grid.Length(lengths, sample), sample, head, query, key, product);
            sum += AttentionFours.Exp(score, logSum[row]) * (slope - level[row]);
        }
        dBias[(long)element] = sum;
    }
}
