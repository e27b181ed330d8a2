namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>
    /// See <see cref="Ops.RowOrder"/>. The numbers are sorted by parts of the table first; then each counts those of its part that come before it.
    /// </summary>
    public static void RowOrder(GpuDevice gpu, View<int> numbers, View<int> rows, View<int> order, int Rows)
    {
        int count = checked((int)numbers.Count);
        if (count == 0)
            return;
        int shift = 0;
        while ((Rows - 1) >> shift >= MaximumBuckets)
            shift++;
        int buckets = ((Rows - 1) >> shift) + 1;
        ScratchParts scratch = gpu.Scratch(3L * count + buckets + 1, parts: 4);
        ArrayView<int> bucket = scratch.Take<int>(count), sorted = scratch.Take<int>(count), position = scratch.Take<int>(count);
        ArrayView<int> offsets = scratch.Take<int>(buckets + 1);
        gpu.Launch(BucketOfIndex, gpu.PerElement(count, bytes: 8L * count), gpu.Array(numbers), bucket, Rows, shift);
        gpu.Launch(PlacePairsOfExpert, gpu.PerRow(buckets + 1, count, bytes: 4 * (3L * count + buckets)), bucket, sorted, offsets, position, buckets);
        gpu.Launch(
            PlaceOfNumber, gpu.PerElement(count, bytes: 16L * count),
            gpu.Array(numbers), sorted, offsets, gpu.Array(rows), gpu.Array(order), buckets, shift);
    }

    /// <summary>See <see cref="Ops.RowSums"/>.</summary>
    public static void RowSums(GpuDevice gpu, View<float> x, View<int> rows, View<int> order, View<float> y) => gpu.Launch(
        SumOfRow, gpu.PerElement(y.Count, flops: y.Count, bytes: 8 * (y.Count + order.Count)),
        gpu.Array(x), gpu.Array(rows), gpu.Array(order), gpu.Array(y), (uint)y.Columns);

    private static void PlaceOfNumber(
        ArrayView<int> numbers, ArrayView<int> sorted, ArrayView<int> offsets, ArrayView<int> rows, ArrayView<int> order, int buckets, int shift)
    {
        long i = GpuIndex.Element;
        if (i >= sorted.Length)
            return;
        if (i >= offsets[buckets])
        {
            rows[i] = -1;
            order[i] = -1;
            return;
        }
        int place = sorted[i];
        int row = numbers[place];
        int first = offsets[row >> shift];
        int end = offsets[(row >> shift) + 1];
        int at = first;
        int again = 0;
        for (int other = first; other < end; other++)
        {
            int its = numbers[sorted[other]];
            // Within a part of the table places ascend.
            at += its < row || (its == row && other < i) ? 1 : 0;
            again |= its == row && other < i ? 1 : 0;
        }
        rows[at] = again != 0 ? -1 : row;
        order[at] = place;
    }

    private static void SumOfRow(ArrayView<float> x, ArrayView<int> rows, ArrayView<int> order, ArrayView<float> y, uint columns)
    {
        long i = GpuIndex.Element;
        if (i >= y.Length)
            return;
        long row = i / columns;
        long column = i - row * columns;
        float sum = 0;
        if (rows[row] >= 0)
        {
            sum = x[(long)order[row] * columns + column];
            for (long next = row + 1; next < order.Length && rows[next] < 0 && order[next] >= 0; next++)
                sum += x[(long)order[next] * columns + column];
        }
        y[i] = sum;
    }
}
