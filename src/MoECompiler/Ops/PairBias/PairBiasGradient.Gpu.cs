namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The gradients of <see cref="PairBias"/>; see <see cref="Ops.PairBiasGradient"/>.</summary>
    public static void PairBiasGradient(
        GpuDevice gpu, View<float> distances, View<float> known, View<float> means, View<float> deviations, View<float> first, View<float> firstBias,
        View<float> second, View<float> dy, View<float> dDistances, View<float> dMeans, View<float> dDeviations, View<float> dFirst, View<float> dFirstBias,
        View<float> dSecond, View<float> dSecondBias)
    {
        (int bells, int inner, int heads) = (means.Extents[0], first.Extents[0], second.Extents[0]);
        int most = (int)Math.Min(PairsAtOnce, distances.Count);
        ScratchParts scratch = gpu.Scratch((long)most * (heads + bells + inner + Math.Max(inner, bells)), parts: 4);
        ArrayView<float> ofHeads = scratch.Take<float>((long)most * heads), psi = scratch.Take<float>((long)most * bells);
        ArrayView<float> slopes = scratch.Take<float>((long)most * inner), between = scratch.Take<float>((long)most * Math.Max(inner, bells));
        (ArrayView<float> toMeans, ArrayView<float> toDeviations) = (gpu.Array(dMeans), gpu.Array(dDeviations));
        uint pairs = checked((uint)distances.Count);
        for (uint start = 0; start < Math.Max(1, pairs); start += (uint)Math.Max(1, most))
        {
            int count = (int)Math.Min((uint)most, pairs - start), adds = start == 0 ? 0 : 1;
            if (count > 0)
            {
                gpu.Launch(
                    PairSlopeOfHead, gpu.PerElement((long)heads * count, bytes: 8L * heads * count),
                    gpu.Array(dy), gpu.Array(known), ofHeads, heads, count, start, distances.Columns);
                PairLayer(gpu, distances, means, deviations, first, firstBias, psi, between, start, count, activates: false);
                gpu.Launch(
                    PairSlopeOfInner, gpu.PerElement((long)inner * count, flops: 2L * second.Count * count, bytes: 12L * inner * count),
                    gpu.Array(second), ofHeads, between, slopes, heads, inner, count);
            }
            PairTotals(gpu, ofHeads, gpu.Array(dSecondBias), count, adds);
            PairProducts(gpu, ofHeads, between, gpu.Array(dSecond), inner, count, adds);
            PairTotals(gpu, slopes, gpu.Array(dFirstBias), count, adds);
            PairProducts(gpu, slopes, psi, gpu.Array(dFirst), bells, count, adds);
            if (count > 0)
            {
                // What is between the layers is not needed any more, and neither are the bells but by the thread that replaces them.
                gpu.Launch(
                    PairSlopeOfBell, gpu.PerElement((long)bells * count, flops: 2L * first.Count * count, bytes: 12L * bells * count),
                    gpu.Array(first), slopes, gpu.Array(distances), gpu.Array(means), gpu.Array(deviations), psi, between, bells, inner, count, start);
                gpu.Launch(
                    PairSlopeOfDistance, gpu.PerElement(count, flops: (long)bells * count, bytes: 4L * bells * count),
                    between, gpu.Array(dDistances), bells, count, start);
            }
            PairTotals(gpu, between, toMeans, count, adds);
            PairTotals(gpu, psi, toDeviations, count, adds);
        }
    }

    /// <summary>y = or += the sums of rows f32[y, count].</summary>
    private static void PairTotals(GpuDevice gpu, ArrayView<float> rows, ArrayView<float> y, int count, int adds)
    {
        if (y.Length > 0)
            gpu.Launch(PairTotal, gpu.PerRow(y.Length, count, flops: y.Length * count, bytes: 4 * y.Length * count), rows, y, count, adds);
    }

    /// <summary>y f32[a, b] = or += a f32[a, count] times b f32[b, count] transposed.</summary>
    private static void PairProducts(GpuDevice gpu, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, int columns, int count, int adds)
    {
        if (y.Length > 0)
            gpu.Launch(PairProduct, gpu.PerRow(y.Length, count, flops: 2 * y.Length * count, bytes: 8 * y.Length * count), a, b, y, columns, count, adds);
    }

    private static void PairTotal(ArrayView<float> rows, ArrayView<float> y, int count, int adds)
    {
        long row = (long)Grid.IdxX * count;
        float sum = 0;
        for (int i = Group.IdxX; i < count; i += Group.DimX)
            sum += rows[row + i];
        float total = RowGroup.Sum(sum);
        if (Group.IdxX == 0)
            y[(long)Grid.IdxX] = adds != 0 ? y[(long)Grid.IdxX] + total : total;
    }

    private static void PairProduct(ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, int columns, int count, int adds)
    {
        int line = Grid.IdxX / columns;
        (long left, long right) = ((long)line * count, (long)(Grid.IdxX - line * columns) * count);
        float sum = 0;
        for (int i = Group.IdxX; i < count; i += Group.DimX)
            sum = Intrinsics.FusedMultiplyAdd(a[left + i], b[right + i], sum);
        float total = RowGroup.Sum(sum);
        if (Group.IdxX == 0)
            y[(long)Grid.IdxX] = adds != 0 ? y[(long)Grid.IdxX] + total : total;
    }

    private static void PairSlopeOfHead(
        ArrayView<float> dy, ArrayView<float> known, ArrayView<float> ofHeads, int heads, int count, uint start, int places)
    {
        uint element = GpuIndex.ShortElement;
        uint head = element / (uint)count;
        if (head >= (uint)heads)
            return;
        uint pair = start + (element - head * (uint)count);
        ofHeads[(long)element] = IsKnownPair(known, pair, places) ? dy[PlaceOfPair(pair, head, heads, places)] : 0;
    }

    /// <summary>The slope before the activation; what the first layer gave becomes the activation's result.</summary>
    private static void PairSlopeOfInner(
        ArrayView<float> second, ArrayView<float> ofHeads, ArrayView<float> between, ArrayView<float> slopes, int heads, int inner, int count)
    {
        uint element = GpuIndex.ShortElement;
        uint row = element / (uint)count;
        if (row >= (uint)inner)
            return;
        long lane = element - row * (uint)count;
        float sum = 0;
        for (int head = 0; head < heads; head++)
            sum = Intrinsics.FusedMultiplyAdd(second[(long)head * inner + row], ofHeads[(long)head * count + lane], sum);
        float x = between[(long)element];
        slopes[(long)element] = sum * GpuMath.GeluDerivative(x);
        between[(long)element] = GpuMath.Gelu(x);
    }

    /// <summary>For the sums over pairs: what changes a mean, and in place of the bell what changes a deviation.</summary>
    private static void PairSlopeOfBell(
        ArrayView<float> first, ArrayView<float> slopes, ArrayView<float> distances, ArrayView<float> means, ArrayView<float> deviations, ArrayView<float> psi,
        ArrayView<float> shifts, int bells, int inner, int count, uint start)
    {
        uint element = GpuIndex.ShortElement;
        uint k = element / (uint)count;
        if (k >= (uint)bells)
            return;
        long lane = element - k * (uint)count;
        float sum = 0;
        for (int i = 0; i < inner; i++)
            sum = Intrinsics.FusedMultiplyAdd(first[(long)i * bells + k], slopes[(long)i * count + lane], sum);
        float spread = deviations[(long)k], deviation = IntrinsicMath.Abs(spread) + Bell.Least;
        float z = (distances[start + lane] - means[(long)k]) / deviation;
        float part = sum * psi[(long)element] / deviation;
        shifts[(long)element] = part * z;
        float stretch = part * (z * z - 1);
        psi[(long)element] = spread > 0 ? stretch : spread < 0 ? -stretch : 0;
    }

    private static void PairSlopeOfDistance(ArrayView<float> shifts, ArrayView<float> dDistances, int bells, int count, uint start)
    {
        long lane = GpuIndex.Element;
        if (lane >= count)
            return;
        float sum = 0;
        for (int k = 0; k < bells; k++)
            sum += shifts[(long)k * count + lane];
        dDistances[start + lane] = -sum;
    }
}
