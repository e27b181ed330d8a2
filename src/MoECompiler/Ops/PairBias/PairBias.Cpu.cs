namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>A bias for each pair of known points and head, made of their distance; see <see cref="Ops.PairBias"/>.</summary>
    public static void PairBias(
        CpuDevice cpu, View<float> distances, View<float> known, View<float> means, View<float> deviations, View<float> first, View<float> firstBias,
        View<float> second, View<float> secondBias, View<float> y)
    {
        PairSizes sizes = new(distances, first, second);
        PairBiasJob job = new(
            sizes, distances.Pointer, known.Pointer, means.Pointer, deviations.Pointer, first.Pointer, firstBias.Pointer, second.Pointer, secondBias.Pointer, y.Pointer);
        cpu.Team.RunWidest(job, job.Blocks.Blocks);
    }

    /// <summary>A task has some rows of pairs, and packs the layers once for them.</summary>
    private readonly struct PairBiasJob(
        PairSizes sizes, float* distances, float* known, float* means, float* deviations, float* first, float* firstBias, float* second, float* secondBias, float* y)
        : ILaneJob
    {
        public RowPartials Blocks => new(null, sizes.Rows, 0);

        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            int width = Tile.Columns<V>();
            long firstSize = (long)sizes.Inner * sizes.Bells, secondSize = (long)sizes.Heads * sizes.Inner;
            float* room = ThreadTeam.Scratch(firstSize + secondSize + (long)sizes.Heads * width + PairPanel.SizeOf(sizes, width));
            float* packedSecond = room + firstSize, results = packedSecond + secondSize;
            PairPanel.Pack(first, sizes.Inner, sizes.Bells, turned: false, room);
            PairPanel.Pack(second, sizes.Heads, sizes.Inner, turned: false, packedSecond);
            PairPanel panel = new(sizes, distances, known, means, deviations, firstBias, width, results + (long)sizes.Heads * width);
            for (int row = Blocks.FirstRow(task); row < Blocks.FirstRow(task + 1); row++)
            {
                (int sample, int pair, int end) = sizes.Of(row);
                for (; pair < end; pair += width)
                {
                    int count = Math.Min(width, end - pair);
                    bool isSeen = panel.Look(sample, pair, count);
                    if (isSeen)
                    {
                        panel.Compute<V>(room);
                        for (int head = 0; head < sizes.Heads; head++)
                            new Span<float>(results + head * width, width).Fill(secondBias[head]);
                        AttentionTile.Multiply<V>(packedSecond, sizes.Heads, sizes.Inner, panel.Inner, results, adds: true);
                    }
                    for (int head = 0; head < sizes.Heads; head++)
                    {
                        float* to = y + ((long)sample * sizes.Heads + head) * sizes.Pairs + pair;
                        for (int lane = 0; lane < count; lane++)
                            to[lane] = isSeen && panel.Seen[lane] > 0 ? results[head * width + lane] : 0;
                    }
                }
            }
        }
    }
}
