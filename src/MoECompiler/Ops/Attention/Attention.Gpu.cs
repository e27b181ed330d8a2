namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>softmax(Scale q kᵀ) v for each sample and head, and the logarithm of each softmax's sum; see <see cref="Ops.Attention"/>.</summary>
    public static void Attention(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float> y, View<float> logSum, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionOf(gpu, q, k, v, null, null, y, logSum, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="Attention(GpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void Attention(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<float> y, View<float> logSum,
        int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionOf(gpu, q, k, v, bias, null, y, logSum, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="Attention(GpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void Attention(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<int> lengths, View<float> y, View<float> logSum,
        int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionOf(gpu, q, k, v, null, lengths, y, logSum, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="Attention(GpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void Attention(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<int> lengths, View<float> y, View<float> logSum,
        int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionOf(gpu, q, k, v, bias, lengths, y, logSum, Heads, KvHeads, Scale, IsCausal);

    private static void AttentionOf(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float>? bias, View<int>? lengths, View<float> y, View<float> logSum,
        int heads, int kvHeads, float scale, bool isCausal)
    {
        AttentionGrid grid = AttentionGrid.Of(q, k, v, bias, lengths, heads, kvHeads, scale, isCausal);
        gpu.Launch(
            AttentionOfQueries,
            gpu.PerRow(
                (long)grid.Samples * heads * AttentionFours.Blocks(grid.Queries), grid.ValueSize, flops: 2L * grid.Keys * (q.Count + y.Count),
                bytes: 4 * (q.Count + k.Count + v.Count + y.Count + logSum.Count)),
            gpu.Array(q), gpu.Array(k), gpu.Array(v), gpu.Array(bias ?? q), lengths is { } some ? gpu.Array(some) : gpu.Array(q).Cast<int>(),
            gpu.Array(y), gpu.Array(logSum), grid, Single4.Fit(k, v) && grid.Size % 4 == 0 ? 1 : 0);
    }

    /// <summary>
    /// A group has four queries of a head and goes over the keys they see: products with so many keys, their exponentials less the greatest
    /// so far, and the sums of values, which are kept where the result will be.
    /// </summary>
    private static void AttentionOfQueries(
        ArrayView<float> q, ArrayView<float> k, ArrayView<float> v, ArrayView<float> bias, ArrayView<int> lengths, ArrayView<float> y, ArrayView<float> logSum,
        AttentionGrid grid, int aligned)
    {
        ArrayView<Float4> scores = SharedMemory.Allocate<Float4>(AttentionFours.Lines);
        ArrayView<Float4> memory = SharedMemory.Allocate<Float4>(AttentionFours.Columns);
        int blocks = AttentionFours.Blocks(grid.Queries);
        int matrix = Grid.IdxX / blocks;
        int query = (Grid.IdxX - matrix * blocks) * AttentionFours.Rows;
        int sample = matrix / grid.Heads;
        int head = matrix - sample * grid.Heads;
        int rows = IntrinsicMath.Min(AttentionFours.Rows, grid.Queries - query);
        int length = grid.Length(lengths, sample);
        int seen = grid.Seen(length, query + rows - 1);
        long to = grid.SlopeAt(sample, head, query), toStride = (long)grid.Heads * grid.ValueSize;
        AttentionFours.Clear(y, to, toStride, rows, grid.ValueSize);

        Float4 greatest = AttentionFours.Of(float.NegativeInfinity), sum = default;
        for (int key = 0; key < seen; key += AttentionFours.Lines)
        {
            int lines = IntrinsicMath.Min(AttentionFours.Lines, seen - key);
            AttentionFours.Multiply(
                q, grid.QueryAt(sample, head, query), (long)grid.Heads * grid.Size, rows, k, grid.KeyAt(sample, head / grid.Group, key),
                (long)grid.KvHeads * grid.Size, lines, grid.Size, aligned, memory, scores);
            Float4 before = greatest;
            for (int j = Group.IdxX; j < lines; j += Group.DimX)
            {
                Float4 product = scores[j];
                Float4 score = new(
                    grid.Score(bias, length, sample, head, query, key + j, product.X), grid.Score(bias, length, sample, head, query + 1, key + j, product.Y),
                    grid.Score(bias, length, sample, head, query + 2, key + j, product.Z), grid.Score(bias, length, sample, head, query + 3, key + j, product.W));
                scores[j] = score;
                greatest = AttentionFours.Max(greatest, score);
            }
            greatest = AttentionFours.GreatestOfGroup(greatest, memory);
            Float4 kept = AttentionFours.Exp(before, greatest);
            sum = AttentionFours.Multiply(sum, kept);
            for (int j = Group.IdxX; j < lines; j += Group.DimX)
            {
                Float4 power = AttentionFours.Exp(scores[j], greatest);
                scores[j] = power;
                sum = Float4.Add(sum, power);
            }
            Intrinsics.Barrier();
            AttentionFours.AddUp(
                v, grid.ValueAt(sample, head / grid.Group, key), (long)grid.KvHeads * grid.ValueSize, lines, grid.ValueSize, scores, y, to, toStride, rows, kept);
            Intrinsics.Barrier();
        }

        // The greatest score counts 1, so a sum below that is of none.
        sum = AttentionFours.SumOfGroup(sum, memory);
        Float4 count = AttentionFours.Max(sum, AttentionFours.Of(1f));
        Float4 share = new(1 / count.X, 1 / count.Y, 1 / count.Z, 1 / count.W);
        for (int i = Group.IdxX; i < grid.ValueSize; i += Group.DimX)
            AttentionFours.Store(y, to + i, toStride, rows, AttentionFours.Multiply(AttentionFours.Load(y, to + i, toStride, rows), share));
        if (Group.IdxX == 0)
        {
            Float4 logarithm = new(
                greatest.X + GpuMath.Log(sum.X), greatest.Y + GpuMath.Log(sum.Y), greatest.Z + GpuMath.Log(sum.Z), greatest.W + GpuMath.Log(sum.W));
            AttentionFours.Store(logSum, grid.QueryRow(sample, head, query), grid.Heads, rows, logarithm);
        }
    }
}
