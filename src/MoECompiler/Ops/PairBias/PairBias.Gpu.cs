namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>How many pairs are computed at once: what is made of them lies in the device's scratch memory.</summary>
    private const int PairsAtOnce = 4096;

    /// <summary>A bias for each pair of known points and head, made of their distance; see <see cref="Ops.PairBias"/>.</summary>
    public static void PairBias(
        GpuDevice gpu, View<float> distances, View<float> known, View<float> means, View<float> deviations, View<float> first, View<float> firstBias,
        View<float> second, View<float> secondBias, View<float> y)
    {
        (int bells, int inner, int heads, int places) = (means.Extents[0], first.Extents[0], second.Extents[0], distances.Columns);
        int most = (int)Math.Min(PairsAtOnce, distances.Count);
        ScratchParts scratch = gpu.Scratch((long)most * (bells + inner), parts: 2);
        ArrayView<float> psi = scratch.Take<float>((long)most * bells), between = scratch.Take<float>((long)most * inner);
        uint pairs = checked((uint)distances.Count);
        for (uint start = 0; start < pairs; start += (uint)most)
        {
            int count = (int)Math.Min((uint)most, pairs - start);
            PairLayer(gpu, distances, means, deviations, first, firstBias, psi, between, start, count, activates: true);
            gpu.Launch(
                PairHead, gpu.PerElement((long)heads * count, flops: 2L * second.Count * count, bytes: 4L * count * (inner + heads)),
                gpu.Array(second), gpu.Array(secondBias), between, gpu.Array(known), gpu.Array(y), heads, inner, count, start, places);
        }
    }

    /// <summary>Bells and the first layer of some pairs: f32[K, count] and f32[N, count].</summary>
    private static void PairLayer(
        GpuDevice gpu, View<float> distances, View<float> means, View<float> deviations, View<float> first, View<float> firstBias, ArrayView<float> psi,
        ArrayView<float> between, uint start, int count, bool activates)
    {
        int bells = means.Extents[0];
        gpu.Launch(
            PairBell, gpu.PerElement((long)bells * count, flops: 8L * bells * count, bytes: 4L * bells * count),
            gpu.Array(distances), gpu.Array(means), gpu.Array(deviations), psi, bells, count, start);
        gpu.Launch(
            PairInner, gpu.PerElement((long)first.Extents[0] * count, flops: 2L * first.Count * count, bytes: 4L * count * (bells + first.Extents[0])),
            gpu.Array(first), gpu.Array(firstBias), psi, between, bells, count, activates ? 1 : 0, first.Extents[0]);
    }

    /// <summary>The density of a distance; see <see cref="Bell"/>.</summary>
    private static float BellOf(float distance, float mean, float deviation)
    {
        float z = (distance - mean) / deviation;
        return Bell.Height * GpuMath.Exp(-0.5f * (z * z)) / deviation;
    }

    private static void PairBell(
        ArrayView<float> distances, ArrayView<float> means, ArrayView<float> deviations, ArrayView<float> psi, int bells, int count, uint start)
    {
        uint element = GpuIndex.ShortElement;
        uint k = element / (uint)count;
        if (k >= (uint)bells)
            return;
        long pair = start + (element - k * (uint)count);
        psi[(long)element] = BellOf(distances[pair], means[(long)k], IntrinsicMath.Abs(deviations[(long)k]) + Bell.Least);
    }

    private static void PairInner(
        ArrayView<float> first, ArrayView<float> firstBias, ArrayView<float> psi, ArrayView<float> between, int bells, int count, int activates, int inner)
    {
        uint element = GpuIndex.ShortElement;
        uint row = element / (uint)count;
        if (row >= (uint)inner)
            return;
        long lane = element - row * (uint)count;
        float sum = firstBias[(long)row];
        for (int k = 0; k < bells; k++)
            sum = Intrinsics.FusedMultiplyAdd(first[(long)row * bells + k], psi[(long)k * count + lane], sum);
        between[(long)element] = activates != 0 ? GpuMath.Gelu(sum) : sum;
    }

    private static bool IsKnownPair(ArrayView<float> known, uint pair, int places)
    {
        uint row = pair / (uint)places;
        uint other = row / (uint)places * (uint)places + (pair - row * (uint)places);
        return known[(long)row] > 0 && known[(long)other] > 0;
    }

    /// <summary>Where a pair's number for a head is.</summary>
    private static long PlaceOfPair(uint pair, uint head, int heads, int places)
    {
        uint sample = pair / (uint)places / (uint)places;
        return ((long)sample * (heads - 1) + head) * places * places + pair;
    }

    private static void PairHead(
        ArrayView<float> second, ArrayView<float> secondBias, ArrayView<float> between, ArrayView<float> known, ArrayView<float> y, int heads, int inner, int count,
        uint start, int places)
    {
        uint element = GpuIndex.ShortElement;
        uint head = element / (uint)count;
        if (head >= (uint)heads)
            return;
        uint lane = element - head * (uint)count;
        float sum = secondBias[(long)head];
        for (int i = 0; i < inner; i++)
            sum = Intrinsics.FusedMultiplyAdd(second[(long)head * inner + i], between[(long)i * count + lane], sum);
        y[PlaceOfPair(start + lane, head, heads, places)] = IsKnownPair(known, start + lane, places) ? sum : 0;
    }
}
