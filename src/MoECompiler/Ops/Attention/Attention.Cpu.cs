namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>softmax(Scale q kᵀ) v for each sample and head, and the logarithm of each softmax's sum; see <see cref="Ops.Attention"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="q">f32[B, S, Heads * D].</param>
    /// <param name="k">f32[B, T, KvHeads * D].</param>
    /// <param name="v">f32[B, T, KvHeads * N].</param>
    /// <param name="y">f32[B, S, Heads * N].</param>
    /// <param name="logSum">f32[B, S, Heads].</param>
    /// <param name="Heads">The heads of the queries.</param>
    /// <param name="KvHeads">The heads of keys and values.</param>
    /// <param name="Scale">0: 1 / sqrt(D).</param>
    /// <param name="IsCausal">A query sees no later keys.</param>
    public static void Attention(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float> y, View<float> logSum, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionOf(cpu, q, k, v, null, null, y, logSum, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="Attention(CpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void Attention(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<float> y, View<float> logSum,
        int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionOf(cpu, q, k, v, bias, null, y, logSum, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="Attention(CpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void Attention(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<int> lengths, View<float> y, View<float> logSum,
        int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionOf(cpu, q, k, v, null, lengths, y, logSum, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="Attention(CpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void Attention(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<int> lengths, View<float> y, View<float> logSum,
        int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionOf(cpu, q, k, v, bias, lengths, y, logSum, Heads, KvHeads, Scale, IsCausal);

    private static void AttentionOf(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float>? bias, View<int>? lengths, View<float> y, View<float> logSum,
        int heads, int kvHeads, float scale, bool isCausal)
    {
        if (logSum.Count == 0)
            return;
        AttentionSizes sizes = new(q, k, v, bias, lengths, heads, kvHeads, scale, isCausal);
        AttentionJob job = new(sizes, q.Pointer, k.Pointer, v.Pointer, y.Pointer, logSum.Pointer);
        cpu.Team.RunWidest(job, sizes.Samples * sizes.KvHeads * job.Blocks);
    }

    /// <summary>
    /// A task has some queries of the heads that share one of keys and values, as panels of lanes, and goes over the keys it sees a tile at
    /// a time. Greatest score, sum and result of what has been seen are kept with each panel: f32[size + value size + 2, lanes].
    /// </summary>
    private readonly struct AttentionJob(AttentionSizes sizes, float* q, float* k, float* v, float* y, float* logSum) : ILaneJob
    {
        public int Blocks => (sizes.Queries + QueriesEach - 1) / QueriesEach;

        private int QueriesEach => AttentionTile.LanesOf(sizes.Group);

        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            (int rest, int block) = Math.DivRem(task, Blocks);
            (int sample, int kvHead) = Math.DivRem(rest, sizes.KvHeads);
            int first = block * QueriesEach;
            int last = Math.Min(first + QueriesEach, sizes.Queries) - 1;
            int width = Tile.Columns<V>();
            int panels = (last - first + width) / width * sizes.Group;
            long panelSize = (long)width * (sizes.Size + sizes.ValueSize + 2);
            float* keys = ThreadTeam.Scratch(panels * panelSize + AttentionTile.Lines * (sizes.Size + sizes.ValueSize + 2L * width) + width);
            float* values = keys + AttentionTile.Lines * sizes.Size;
            float* scores = values + AttentionTile.Lines * sizes.ValueSize;
            float* bias = scores + AttentionTile.Lines * width;
            float* numbers = bias + AttentionTile.Lines * width;
            float* panel = numbers + width;
            AttentionTile.Number(numbers, width);

            for (int i = 0; i < panels; i++)
                Begin<V>(sample, HeadOf(kvHead, i), first + i / sizes.Group * width, panel + i * panelSize);
            int seen = sizes.Seen(sample, last);
            AttentionHead allKeys = new(k, sizes.Keys, sizes.KvHeads, sizes.Size, sample, kvHead);
            AttentionHead allValues = new(v, sizes.Keys, sizes.KvHeads, sizes.ValueSize, sample, kvHead);
            for (int key = 0; key < seen; key += AttentionTile.Lines)
            {
                int count = Math.Min(AttentionTile.Lines, seen - key);
                allKeys.PackPlaces(key, count, keys);
                allValues.PackColumns(key, count, values);
                for (int i = 0; i < panels; i++)
                {
                    int query = first + i / sizes.Group * width;
                    if (sizes.IsCausal && key >= query + width)
                        continue;
                    float* queries = panel + i * panelSize;
                    AttentionTile.Multiply<V>(keys, count, sizes.Size, queries, scores, adds: false);
                    if (sizes.HasBias)
                        Packing.Pack(sizes.Bias(sample, HeadOf(kvHead, i), turned: true), query, Math.Min(width, sizes.Queries - query), width, key, count, bias);
                    float* results = queries + (sizes.Size + 2) * width;
                    Weigh<V>(scores, sizes.HasBias ? bias : null, count, key - query, numbers, queries + sizes.Size * width, key == 0 ? null : results);
                    AttentionTile.Multiply<V>(values, sizes.ValueSize, count, scores, results, adds: key > 0);
                }
            }
            for (int i = 0; i < panels; i++)
                End<V>(sample, HeadOf(kvHead, i), first + i / sizes.Group * width, panel + i * panelSize, seen);
        }

        private int HeadOf(int kvHead, int panel) => kvHead * sizes.Group + panel % sizes.Group;

        private void Begin<V>(int sample, int head, int query, float* panel) where V : unmanaged, ILanes<V>
        {
            int width = Tile.Columns<V>();
            new AttentionHead(q, sizes.Queries, sizes.Heads, sizes.Size, sample, head).PackLanes(query, width, panel);
            float* state = panel + sizes.Size * width;
            new Span<float>(state, width).Fill(float.NegativeInfinity);
            new Span<float>(state + width, width).Clear();
        }

        /// <summary>
        /// Scores become exponentials, less the greatest score so far: a greater one scales down the sum and the results of before.
        /// </summary>
        private void Weigh<V>(float* scores, float* bias, int count, int ahead, float* numbers, float* state, float* results) where V : unmanaged, ILanes<V>
        {
            int width = Tile.Columns<V>();
            bool masks = sizes.IsCausal && ahead + count > 1;
            (V scale, V infinity) = (V.Of(sizes.Scale), V.Of(float.NegativeInfinity));
            for (int lane = 0; lane < width; lane += V.Count)
            {
                V before = V.Load(state + lane);
                V greatest = before;
                V number = V.Load(numbers + lane);
                for (int i = 0; i < count; i++)
                {
                    float* at = scores + i * width + lane;
                    V score = V.Load(at) * scale;
                    if (bias is not null)
                        score += V.Load(bias + i * width + lane);
                    if (masks)
                        score = V.SelectGreater(V.Of(ahead + i), number, infinity, score);
                    score.Store(at);
                    greatest = V.Max(greatest, score);
                }

                // Where nothing is seen yet, -infinity less -infinity would be no number.
                V shift = V.SelectGreater(greatest, infinity, greatest, V.Zero);
                V sum = V.Zero;
                for (int i = 0; i < count; i++)
                {
                    float* at = scores + i * width + lane;
                    V power = Lane.Exp(V.Load(at) - shift);
                    power.Store(at);
                    sum += power;
                }
                V kept = Lane.Exp(before - shift);
                greatest.Store(state + lane);
                V.FusedMultiplyAdd(V.Load(state + width + lane), kept, sum).Store(state + width + lane);
                for (int i = 0; i < sizes.ValueSize && results is not null; i++)
                    (V.Load(results + i * width + lane) * kept).Store(results + i * width + lane);
            }
        }

        private void End<V>(int sample, int head, int query, float* panel, int seen) where V : unmanaged, ILanes<V>
        {
            int width = Tile.Columns<V>();
            float* state = panel + sizes.Size * width;
            float* results = state + 2 * width;
            if (seen == 0)
                new Span<float>(results, sizes.ValueSize * width).Clear();
            for (int lane = 0; lane < width; lane += V.Count)
            {
                // The greatest score counts 1, so a sum below that is of none.
                V sum = V.Load(state + width + lane);
                V share = V.Of(1f) / V.Max(sum, V.Of(1f));
                for (int i = 0; i < sizes.ValueSize; i++)
                    (V.Load(results + i * width + lane) * share).Store(results + i * width + lane);
                (V.Load(state + lane) + Lane.Log(sum)).Store(state + lane);
            }
            new AttentionHead(y, sizes.Queries, sizes.Heads, sizes.ValueSize, sample, head).StoreLanes(results, query, width);
            new AttentionHead(logSum, sizes.Queries, sizes.Heads, 1, sample, head).StoreLanes(state, query, width);
        }
    }
}
