namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The gradients with respect to q, k and v; see <see cref="Ops.AttentionGradient"/>.</summary>
    /// <inheritdoc cref="Attention(CpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void AttentionGradient(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float> logSum, View<float> level, View<float> dy,
        View<float> dq, View<float> dk, View<float> dv, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionGradientOf(cpu, q, k, v, null, null, logSum, level, dy, dq, dk, dv, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="AttentionGradient(CpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void AttentionGradient(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<float> logSum, View<float> level, View<float> dy,
        View<float> dq, View<float> dk, View<float> dv, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionGradientOf(cpu, q, k, v, bias, null, logSum, level, dy, dq, dk, dv, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="AttentionGradient(CpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void AttentionGradient(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<int> lengths, View<float> logSum, View<float> level, View<float> dy,
        View<float> dq, View<float> dk, View<float> dv, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionGradientOf(cpu, q, k, v, null, lengths, logSum, level, dy, dq, dk, dv, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="AttentionGradient(CpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void AttentionGradient(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<int> lengths, View<float> logSum, View<float> level, View<float> dy,
        View<float> dq, View<float> dk, View<float> dv, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionGradientOf(cpu, q, k, v, bias, lengths, logSum, level, dy, dq, dk, dv, Heads, KvHeads, Scale, IsCausal);

    private static void AttentionGradientOf(
        CpuDevice cpu, View<float> q, View<float> k, View<float> v, View<float>? bias, View<int>? lengths, View<float> logSum, View<float> level, View<float> dy,
        View<float> dq, View<float> dk, View<float> dv, int heads, int kvHeads, float scale, bool isCausal)
    {
        AttentionSizes sizes = new(q, k, v, bias, lengths, heads, kvHeads, scale, isCausal);
        AttentionSlopes slopes = new(sizes, q.Pointer, k.Pointer, v.Pointer, logSum.Pointer, level.Pointer, dy.Pointer);
        QuerySlopes ofQueries = new(sizes, slopes, dq.Pointer);
        cpu.Team.RunWidest(ofQueries, sizes.Samples * sizes.KvHeads * ofQueries.Blocks);
        KeySlopes ofKeys = new(sizes, slopes, dk.Pointer, dv.Pointer);
        cpu.Team.RunWidest(ofKeys, sizes.Samples * sizes.KvHeads * ofKeys.Blocks);
    }

    /// <summary>A task has some queries of the heads that share one of keys, as panels of lanes, and goes over the keys they see a tile at a time.</summary>
    private readonly struct QuerySlopes(AttentionSizes sizes, AttentionSlopes slopes, float* dq) : ILaneJob
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
            long sumSize = (long)sizes.Size * width;
            AttentionRoom room = new(sizes, width, panels, sumSize);
            slopes.Begin(room);
            for (int i = 0; i < panels; i++)
            {
                slopes.PackQueries(room, room.Panel(i), sample, HeadOf(kvHead, i), first + i / sizes.Group * width);
                new Span<float>(room.Sums(i), (int)sumSize).Clear();
            }
            int seen = sizes.Seen(sample, last);
            AttentionHead keys = slopes.Keys(sample, kvHead);
            float* columns = room.Columns;
            for (int key = 0; key < seen; key += AttentionTile.Lines)
            {
                int count = Math.Min(AttentionTile.Lines, seen - key);
                slopes.PackKeyLines(room, sample, kvHead, key, count);
                keys.PackColumns(key, count, columns);
                for (int i = 0; i < panels; i++)
                {
                    int query = first + i / sizes.Group * width;
                    if (sizes.IsCausal && key >= query + width)
                        continue;
                    slopes.OfQueryLanes<V>(room, room.Panel(i), sample, HeadOf(kvHead, i), query, key, count);
                    AttentionTile.Multiply<V>(columns, sizes.Size, count, room.Slopes, room.Sums(i), adds: true);
                }
            }
            for (int i = 0; i < panels; i++)
            {
                Scale<V>(room.Sums(i), sumSize, sizes.Scale);
                AttentionHead head = new(dq, sizes.Queries, sizes.Heads, sizes.Size, sample, HeadOf(kvHead, i));
                head.StoreLanes(room.Sums(i), first + i / sizes.Group * width, width);
            }
        }

        private int HeadOf(int kvHead, int panel) => kvHead * sizes.Group + panel % sizes.Group;
    }

    /// <summary>A task has some keys of a head, as panels of lanes, and goes over the queries that see them, head by head and a tile at a time.</summary>
    private readonly struct KeySlopes(AttentionSizes sizes, AttentionSlopes slopes, float* dk, float* dv) : ILaneJob
    {
        public int Blocks => (sizes.Keys + KeysEach - 1) / KeysEach;

        private int KeysEach => AttentionTile.LanesOf(1);

        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            (int rest, int block) = Math.DivRem(task, Blocks);
            (int sample, int kvHead) = Math.DivRem(rest, sizes.KvHeads);
            int first = block * KeysEach;
            int end = Math.Min(first + KeysEach, sizes.Keys);
            int width = Tile.Columns<V>();
            int panels = (end - first + width - 1) / width;
            (long keySize, long valueSize) = ((long)sizes.Size * width, (long)sizes.ValueSize * width);
            AttentionRoom room = new(sizes, width, panels, keySize + valueSize);
            slopes.Begin(room);
            for (int i = 0; i < panels; i++)
            {
                slopes.PackKeys(room, room.Panel(i), sample, kvHead, first + i * width);
                new Span<float>(room.Sums(i), (int)(keySize + valueSize)).Clear();
            }
            float* queryColumns = room.Columns;
            float* slopeColumns = queryColumns + AttentionTile.Lines * sizes.Size;
            int firstQuery = sizes.IsCausal ? first : 0;
            for (int head = kvHead * sizes.Group; head < (kvHead + 1) * sizes.Group; head++)
            {
                (AttentionHead queries, AttentionHead up) = (slopes.Queries(sample, head), slopes.Up(sample, head));
                for (int query = firstQuery; query < sizes.Queries; query += AttentionTile.Lines)
                {
                    int count = Math.Min(AttentionTile.Lines, sizes.Queries - query);
                    slopes.PackQueryLines(room, sample, head, query, count);
                    queries.PackColumns(query, count, queryColumns);
                    up.PackColumns(query, count, slopeColumns);
                    for (int i = 0; i < panels; i++)
                    {
                        int key = first + i * width;
                        if (key >= sizes.Seen(sample, query + count - 1))
                            continue;
                        slopes.OfKeyLanes<V>(room, room.Panel(i), sample, head, key, query, count);
                        AttentionTile.Multiply<V>(queryColumns, sizes.Size, count, room.Slopes, room.Sums(i), adds: true);
                        AttentionTile.Multiply<V>(slopeColumns, sizes.ValueSize, count, room.Shares, room.Sums(i) + keySize, adds: true);
                    }
                }
            }
            for (int i = 0; i < panels; i++)
            {
                Scale<V>(room.Sums(i), keySize, sizes.Scale);
                new AttentionHead(dk, sizes.Keys, sizes.KvHeads, sizes.Size, sample, kvHead).StoreLanes(room.Sums(i), first + i * width, width);
                new AttentionHead(dv, sizes.Keys, sizes.KvHeads, sizes.ValueSize, sample, kvHead).StoreLanes(room.Sums(i) + keySize, first + i * width, width);
            }
        }
    }

    private static void Scale<V>(float* lanes, long count, float scale) where V : unmanaged, ILanes<V>
    {
        for (long i = 0; i < count; i += V.Count)
            (V.Load(lanes + i) * V.Of(scale)).Store(lanes + i);
    }
}
