namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The gradient with respect to the bias; see <see cref="Ops.AttentionBiasGradient"/>.</summary>
    /// <inheritdoc cref="AttentionGradient(CpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void AttentionBiasGradient(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<float> logSum, View<float> level, View<float> dy, View<float> dBias,
        int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionBiasGradientOf(cpu, q, k, v, bias, null, logSum, level, dy, dBias, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="AttentionBiasGradient(CpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void AttentionBiasGradient(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<int> lengths, View<float> logSum, View<float> level, View<float> dy,
        View<float> dBias, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionBiasGradientOf(cpu, q, k, v, bias, lengths, logSum, level, dy, dBias, Heads, KvHeads, Scale, IsCausal);

    private static void AttentionBiasGradientOf(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<int>? lengths, View<float> logSum, View<float> level, View<float> dy,
        View<float> dBias, int heads, int kvHeads, float scale, bool isCausal)
    {
        AttentionSizes sizes = new(q, k, v, bias, lengths, heads, kvHeads, scale, isCausal);
        AttentionSlopes slopes = new(sizes, q.Pointer, k.Pointer, v.Pointer, logSum.Pointer, level.Pointer, dy.Pointer);
        if (dBias.Count == 0)
            return;
        dBias.Span.Clear();
        BiasSlopes job = new(sizes, slopes, dBias.Pointer);
        cpu.Team.RunWidest(job, sizes.Heads * job.Blocks);
    }

    /// <summary>A task has some keys of a head, as panels of lanes, and goes over samples in order and over the queries a tile at a time.</summary>
    private readonly struct BiasSlopes(AttentionSizes sizes, AttentionSlopes slopes, float* dBias) : ILaneJob
    {
        public int Blocks => (sizes.Keys + KeysEach - 1) / KeysEach;

        private int KeysEach => AttentionTile.LanesOf(1);

        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            (int head, int block) = Math.DivRem(task, Blocks);
            int first = block * KeysEach;
            int end = Math.Min(first + KeysEach, sizes.Keys);
            int width = Tile.Columns<V>();
            int panels = (end - first + width - 1) / width;
            AttentionRoom room = new(sizes, width, panels, sumSize: 0);
            slopes.Begin(room);
            for (int sample = 0; sample < sizes.Samples; sample++)
            {
                for (int i = 0; i < panels; i++)
                    slopes.PackKeys(room, room.Panel(i), sample, head / sizes.Group, first + i * width);
                for (int query = sizes.IsCausal ? first : 0; query < sizes.Queries; query += AttentionTile.Lines)
                {
                    int count = Math.Min(AttentionTile.Lines, sizes.Queries - query);
                    slopes.PackQueryLines(room, sample, head, query, count);
                    for (int i = 0; i < panels; i++)
                    {
                        int key = first + i * width;
                        if (key >= sizes.Seen(sample, query + count - 1))
                            continue;
                        slopes.OfKeyLanes<V>(room, room.Panel(i), sample, head, key, query, count);
                        Add(room, sample, head, key, Math.Min(width, sizes.Keys - key), query, count);
                    }
                }
            }
        }

        private void Add(in AttentionRoom room, int sample, int head, int key, int keys, int query, int count)
        {
            float* to = sizes.BiasOf(dBias, sample, head) + (long)query * sizes.Keys + key;
            for (int i = 0; i < count; i++, to += sizes.Keys)
            {
                for (int lane = 0; lane < keys; lane++)
                    to[lane] += room.Slopes[i * room.Width + lane];
            }
        }
    }
}
