namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The gradients of <see cref="PairBias"/>; see <see cref="Ops.PairBiasGradient"/>.</summary>
    public static void PairBiasGradient(
        CpuDevice cpu, View<float> distances, View<float> known, View<float> means, View<float> deviations, View<float> first, View<float> firstBias,
        View<float> second, View<float> dy, View<float> dDistances, View<float> dMeans, View<float> dDeviations, View<float> dFirst, View<float> dFirstBias,
        View<float> dSecond, View<float> dSecondBias)
    {
        PairSizes sizes = new(distances, first, second);
        PairSums sums = new(sizes);
        using RowBlocks blocks = new(sizes.Rows, sums.Count);
        PairBiasGradientJob job = new(
            sizes, sums, blocks.Partial, distances.Pointer, known.Pointer, means.Pointer, deviations.Pointer, first.Pointer, firstBias.Pointer, second.Pointer, dy.Pointer,
            dDistances.Pointer);
        cpu.Team.RunWidest(job, blocks.Partial.Blocks);

        RowPartials all = blocks.Partial;
        all.AddUp(dMeans.Pointer, 0, sizes.Bells);
        all.AddUp(dDeviations.Pointer, sums.Deviations, sizes.Bells);
        for (int k = 0; k < sizes.Bells; k++)
            dDeviations.Pointer[k] *= MathF.Sign(deviations.Pointer[k]);
        all.AddUp(dFirstBias.Pointer, sums.FirstBias, sizes.Inner);
        all.AddUp(dSecondBias.Pointer, sums.SecondBias, sizes.Heads);
        for (int i = 0; i < sizes.Inner; i++)
            all.AddUp(dFirst.Pointer + (long)i * sizes.Bells, sums.First + i * sums.FirstStride, sizes.Bells);
        for (int head = 0; head < sizes.Heads; head++)
            all.AddUp(dSecond.Pointer + (long)head * sizes.Inner, sums.Second + head * sums.SecondStride, sizes.Inner);
    }

    /// <summary>Where the sums over pairs are: those by the means first. Rows of matrices begin where whole registers fit.</summary>
    private readonly struct PairSums(PairSizes sizes)
    {
        public int FirstStride => Whole(sizes.Bells);

        public int SecondStride => Whole(sizes.Inner);

        public int Deviations => sizes.Bells;

        public int FirstBias => 2 * sizes.Bells;

        public int SecondBias => FirstBias + sizes.Inner;

        public int First => SecondBias + sizes.Heads;

        public int Second => First + sizes.Inner * FirstStride;

        public int Count => checked(Second + sizes.Heads * SecondStride);

        private static int Whole(int columns) => (columns + PairSizes.RowPairs - 1) / PairSizes.RowPairs * PairSizes.RowPairs;
    }

    /// <summary>A task has a block of rows of pairs: it computes bells and layers again, and adds up its own sums, pair after pair.</summary>
    private readonly struct PairBiasGradientJob(
        PairSizes sizes, PairSums sums, RowPartials partials, float* distances, float* known, float* means, float* deviations, float* first, float* firstBias,
        float* second, float* dy, float* dDistances) : ILaneJob
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            int width = Tile.Columns<V>();
            long firstSize = (long)sizes.Inner * sizes.Bells, secondSize = (long)sizes.Heads * sizes.Inner;
            int most = Math.Max(Math.Max(sizes.Inner, sizes.Bells), sizes.Heads);
            float* room = ThreadTeam.Scratch(
                2 * firstSize + secondSize + PairPanel.SizeOf(sizes, width)
                + (long)width * (sizes.Heads + sizes.Inner + sizes.Bells + 1 + Math.Max(sums.FirstStride, sums.SecondStride) + most));
            float* firstTurned = room + firstSize, secondTurned = firstTurned + firstSize, slopesOfHeads = secondTurned + secondSize;
            float* slopes = slopesOfHeads + (long)sizes.Heads * width, slopesOfBells = slopes + (long)sizes.Inner * width;
            float* lanes = slopesOfBells + (long)sizes.Bells * width, turned = lanes + width;
            float* packed = turned + (long)width * Math.Max(sums.FirstStride, sums.SecondStride);
            PairPanel.Pack(first, sizes.Inner, sizes.Bells, turned: false, room);
            PairPanel.Pack(first, sizes.Inner, sizes.Bells, turned: true, firstTurned);
            PairPanel.Pack(second, sizes.Heads, sizes.Inner, turned: true, secondTurned);
            PairPanel panel = new(sizes, distances, known, means, deviations, firstBias, width, packed + (long)width * most);
            float* total = partials.Clear(task);
            for (int row = partials.FirstRow(task); row < partials.FirstRow(task + 1); row++)
            {
                (int sample, int pair, int end) = sizes.Of(row);
                for (; pair < end; pair += width)
                {
                    int count = Math.Min(width, end - pair);
                    Span<float> ofDistances = new(dDistances + (long)sample * sizes.Pairs + pair, count);
                    ofDistances.Clear();
                    if (!panel.Look(sample, pair, count))
                        continue;
                    panel.Compute<V>(room);
                    for (int head = 0; head < sizes.Heads; head++)
                    {
                        float* from = dy + ((long)sample * sizes.Heads + head) * sizes.Pairs + pair;
                        for (int lane = 0; lane < width; lane++)
                            slopesOfHeads[head * width + lane] = panel.Seen[lane] > 0 ? from[lane] : 0;
                    }
                    AddTotals(slopesOfHeads, sizes.Heads, width, total + sums.SecondBias);
                    AddProducts<V>(slopesOfHeads, sizes.Heads, panel.Inner, sizes.Inner, width, turned, packed, total + sums.Second, sums.SecondStride);

                    AttentionTile.Multiply<V>(secondTurned, sizes.Inner, sizes.Heads, slopesOfHeads, slopes, adds: false);
                    for (long at = 0; at < (long)sizes.Inner * width; at += V.Count)
                        (V.Load(slopes + at) * Lane.GeluDerivative(V.Load(panel.Sums + at))).Store(slopes + at);
                    AddTotals(slopes, sizes.Inner, width, total + sums.FirstBias);
                    AddProducts<V>(slopes, sizes.Inner, panel.Bells, sizes.Bells, width, turned, packed, total + sums.First, sums.FirstStride);

                    AttentionTile.Multiply<V>(firstTurned, sizes.Bells, sizes.Inner, slopes, slopesOfBells, adds: false);
                    AddBells<V>(panel, slopesOfBells, width, lanes, total);
                    for (int lane = 0; lane < count; lane++)
                        ofDistances[lane] = -lanes[lane];
                }
            }
        }

        /// <summary>What bells change: sums for means and deviations, and for each pair the sum over bells that its distance's slope is the negative of.</summary>
        private void AddBells<V>(in PairPanel panel, float* slopesOfBells, int width, float* lanes, float* total) where V : unmanaged, ILanes<V>
        {
            new Span<float>(lanes, width).Clear();
            for (int k = 0; k < sizes.Bells; k++)
            {
                (V mean, V deviation) = (V.Of(means[k]), V.Of(MathF.Abs(deviations[k]) + Bell.Least));
                float* slope = slopesOfBells + (long)k * width, bells = panel.Bells + (long)k * width;
                for (int lane = 0; lane < width; lane += V.Count)
                {
                    V z = (V.Load(panel.Distances + lane) - mean) / deviation;
                    V part = V.Load(slope + lane) * V.Load(bells + lane) / deviation;
                    V shift = part * z;
                    shift.Store(slope + lane);
                    (part * (z * z - V.Of(1))).Store(bells + lane);
                    (V.Load(lanes + lane) + shift).Store(lanes + lane);
                }
            }
            AddTotals(slopesOfBells, sizes.Bells, width, total);
            AddTotals(panel.Bells, sizes.Bells, width, total + sums.Deviations);
        }

        /// <summary>Adds each row's lanes to a number, in order.</summary>
        private static void AddTotals(float* rows, int count, int width, float* total)
        {
            for (int i = 0; i < count; i++)
            {
                for (int lane = 0; lane < width; lane++)
                    total[i] += rows[(long)i * width + lane];
            }
        }

        /// <summary>c f32[aRows, stride] += a f32[aRows, lanes] times b f32[bRows, lanes] transposed, lane after lane.</summary>
        private static void AddProducts<V>(float* a, int aRows, float* b, int bRows, int width, float* turned, float* packed, float* c, int stride)
            where V : unmanaged, ILanes<V>
        {
            for (int lane = 0; lane < width; lane++)
            {
                float* line = turned + (long)lane * stride;
                for (int i = 0; i < bRows; i++)
                    line[i] = b[(long)i * width + lane];
                new Span<float>(line + bRows, stride - bRows).Clear();
            }
            PairPanel.Pack(a, aRows, width, turned: false, packed);
            for (int i = 0, tile; i < aRows; i += tile)
            {
                tile = Tile.RowsOf(aRows - i);
                for (int column = 0; column < stride; column += width)
                    Tile.Multiply<V, float>(tile, packed + (long)i * width, turned + column, stride, width, c + (long)i * stride + column, stride, adds: true);
            }
        }
    }
}
