namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The bells of each point's distances to the known points, added up; see <see cref="Ops.BellSums"/>.</summary>
    public static void BellSums(CpuDevice cpu, View<float> distances, View<float> known, View<float> means, View<float> deviations, View<float> y) => cpu.RunRows(
        new BellSumsRows(distances.Pointer, known.Pointer, means.Pointer, deviations.Pointer, y.Pointer, distances.Columns, y.Columns), y.Rows,
        8L * distances.Columns * y.Columns);

    /// <summary>The gradients of <see cref="BellSums"/>; see <see cref="Ops.BellSumsGradient"/>.</summary>
    public static void BellSumsGradient(
        CpuDevice cpu, View<float> distances, View<float> known, View<float> means, View<float> deviations, View<float> dy, View<float> dDistances, View<float> dMeans,
        View<float> dDeviations)
    {
        int bells = dy.Columns;
        using RowBlocks blocks = new(dy.Rows, 2 * bells);
        cpu.RunRows(
            new BellSumsGradientRows(
                blocks.Partial, distances.Pointer, known.Pointer, means.Pointer, deviations.Pointer, dy.Pointer, dDistances.Pointer, distances.Columns, bells),
            blocks.Partial.Blocks, 16L * blocks.Partial.BlockRows * distances.Columns * bells);
        blocks.Partial.AddUp(dMeans.Pointer, 0, bells);
        blocks.Partial.AddUp(dDeviations.Pointer, bells, bells);
        for (int k = 0; k < bells; k++)
            dDeviations.Pointer[k] *= MathF.Sign(deviations.Pointer[k]);
    }

    private readonly struct BellSumsRows(float* distances, float* known, float* means, float* deviations, float* y, int places, int bells) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* from = distances + (long)row * places, isKnown = known + (long)row / places * places;
                for (int k = 0; k < bells; k += V.Count)
                {
                    int count = Math.Min(V.Count, bells - k);
                    V mean = Part.Load<V>(means + k, count, 0), deviation = V.Abs(Part.Load<V>(deviations + k, count, 0)) + V.Of(Bell.Least);
                    V sum = V.Zero;
                    for (int j = 0; j < places; j++)
                    {
                        if (!(isKnown[j] > 0))
                            continue;
                        V z = (V.Of(from[j]) - mean) / deviation;
                        sum += V.Of(Bell.Height) * Lane.Exp(V.Of(-0.5f) * (z * z)) / deviation;
                    }
                    Part.Store(sum, y + (long)row * bells + k, count);
                }
            }
        }
    }

    private readonly struct BellSumsGradientRows(
        RowPartials partials, float* distances, float* known, float* means, float* deviations, float* dy, float* dDistances, int places, int bells) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int block = first; block < end; block++)
            {
                float* total = partials.Clear(block);
                for (int row = partials.FirstRow(block); row < partials.FirstRow(block + 1); row++)
                    Row<V>(row, total);
            }
        }

        private void Row<V>(int row, float* total) where V : unmanaged, ILanes<V>
        {
            float* from = distances + (long)row * places, isKnown = known + (long)row / places * places, to = dDistances + (long)row * places;
            new Span<float>(to, places).Clear();
            for (int k = 0; k < bells; k += V.Count)
            {
                int count = Math.Min(V.Count, bells - k);
                V mean = Part.Load<V>(means + k, count, 0), deviation = V.Abs(Part.Load<V>(deviations + k, count, 0)) + V.Of(Bell.Least);
                V slope = Part.Load<V>(dy + (long)row * bells + k, count, 0) / deviation;
                V shifts = V.Zero, stretches = V.Zero;
                for (int j = 0; j < places; j++)
                {
                    if (!(isKnown[j] > 0))
                        continue;
                    V z = (V.Of(from[j]) - mean) / deviation;
                    V part = slope * (V.Of(Bell.Height) * Lane.Exp(V.Of(-0.5f) * (z * z)) / deviation);
                    V shift = part * z;
                    shifts += shift;
                    stretches += part * (z * z - V.Of(1));
                    to[j] -= V.SumAcross(shift);
                }
                Part.Store(Part.Load<V>(total + k, count, 0) + shifts, total + k, count);
                Part.Store(Part.Load<V>(total + bells + k, count, 0) + stretches, total + bells + k, count);
            }
        }
    }
}
