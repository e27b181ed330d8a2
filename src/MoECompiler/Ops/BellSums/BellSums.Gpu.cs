namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The bells of each point's distances to the known points, added up; see <see cref="Ops.BellSums"/>.</summary>
    public static void BellSums(GpuDevice gpu, View<float> distances, View<float> known, View<float> means, View<float> deviations, View<float> y) => gpu.Launch(
        BellSum, gpu.PerElement(y.Count, flops: 9 * y.Count * distances.Columns, bytes: 4 * distances.Count + 4 * y.Count),
        gpu.Array(distances), gpu.Array(known), gpu.Array(means), gpu.Array(deviations), gpu.Array(y), distances.Columns, y.Columns);

    /// <summary>The gradients of <see cref="BellSums"/>; see <see cref="Ops.BellSumsGradient"/>.</summary>
    public static void BellSumsGradient(
        GpuDevice gpu, View<float> distances, View<float> known, View<float> means, View<float> deviations, View<float> dy, View<float> dDistances, View<float> dMeans,
        View<float> dDeviations)
    {
        ColumnPlan plan = ColumnPlan.Of(gpu, 1, dy.Rows, dy.Columns);
        ScratchParts scratch = gpu.Scratch(2 * dy.Count + 2 * plan.Partials, parts: 4);
        ArrayView<float> shifts = scratch.Take<float>(dy.Count), stretches = scratch.Take<float>(dy.Count);
        gpu.Launch(
            BellSlopeOfDistance, gpu.PerElement(distances.Count, flops: 12 * distances.Count * dy.Columns, bytes: 8 * distances.Count + 4 * dy.Count),
            gpu.Array(distances), gpu.Array(known), gpu.Array(means), gpu.Array(deviations), gpu.Array(dy), gpu.Array(dDistances), distances.Columns, dy.Columns);
        gpu.Launch(
            BellSlopes, gpu.PerElement(dy.Count, flops: 14 * dy.Count * distances.Columns, bytes: 4 * distances.Count + 12 * dy.Count),
            gpu.Array(distances), gpu.Array(known), gpu.Array(means), gpu.Array(deviations), gpu.Array(dy), shifts, stretches, distances.Columns, dy.Columns);
        ReduceColumns<SumReducer, MatrixTerm>(
            gpu, plan, new MatrixTerm(shifts, dy.Rows, dy.Columns), scratch.Take<float>(plan.Partials), gpu.Array(dMeans), divisor: 1, flops: dy.Count, bytes: 4 * dy.Count);
        ReduceColumns<SumReducer, MatrixTerm>(
            gpu, plan, new MatrixTerm(stretches, dy.Rows, dy.Columns), scratch.Take<float>(plan.Partials), gpu.Array(dDeviations), divisor: 1, flops: dy.Count,
            bytes: 4 * dy.Count);
    }

    private static void BellSum(
        ArrayView<float> distances, ArrayView<float> known, ArrayView<float> means, ArrayView<float> deviations, ArrayView<float> y, int places, int bells)
    {
        uint element = GpuIndex.ShortElement;
        if (element >= y.Length)
            return;
        long row = element / (uint)bells, k = element % (uint)bells, sample = element / (uint)bells / (uint)places * (uint)places;
        float mean = means[k], deviation = IntrinsicMath.Abs(deviations[k]) + Bell.Least, sum = 0;
        for (int j = 0; j < places; j++)
            sum += known[sample + j] > 0 ? BellOf(distances[row * places + j], mean, deviation) : 0;
        y[(long)element] = sum;
    }

    /// <summary>What a row of distances changes a mean and a deviation.</summary>
    private static void BellSlopes(
        ArrayView<float> distances, ArrayView<float> known, ArrayView<float> means, ArrayView<float> deviations, ArrayView<float> dy, ArrayView<float> shifts,
        ArrayView<float> stretches, int places, int bells)
    {
        uint element = GpuIndex.ShortElement;
        if (element >= dy.Length)
            return;
        long row = element / (uint)bells, k = element % (uint)bells, sample = element / (uint)bells / (uint)places * (uint)places;
        float spread = deviations[k], mean = means[k], deviation = IntrinsicMath.Abs(spread) + Bell.Least, slope = dy[(long)element] / deviation;
        float shift = 0, stretch = 0;
        for (int j = 0; j < places; j++)
        {
            float distance = distances[row * places + j];
            float z = (distance - mean) / deviation;
            float part = known[sample + j] > 0 ? slope * BellOf(distance, mean, deviation) : 0;
            shift += part * z;
            stretch += part * (z * z - 1);
        }
        shifts[(long)element] = shift;
        stretches[(long)element] = spread > 0 ? stretch : spread < 0 ? -stretch : 0;
    }

    private static void BellSlopeOfDistance(
        ArrayView<float> distances, ArrayView<float> known, ArrayView<float> means, ArrayView<float> deviations, ArrayView<float> dy, ArrayView<float> dDistances,
        int places, int bells)
    {
        uint element = GpuIndex.ShortElement;
        if (element >= distances.Length)
            return;
        uint place = element / (uint)places;
        bool isKnown = known[(long)(place / (uint)places * (uint)places + element % (uint)places)] > 0;
        long row = place;
        float distance = distances[(long)element], sum = 0;
        for (int k = 0; k < bells; k++)
        {
            float mean = means[(long)k], deviation = IntrinsicMath.Abs(deviations[(long)k]) + Bell.Least;
            sum += dy[row * bells + k] * BellOf(distance, mean, deviation) * ((distance - mean) / deviation) / deviation;
        }
        dDistances[(long)element] = isKnown ? -sum : 0;
    }
}
