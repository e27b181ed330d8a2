namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = the indices of one axis of x from <paramref name="Start"/>, as many as y has.</summary>
    /// <exception cref="ArgumentException">They go past the axis.</exception>
    public static void Slice(GpuDevice gpu, View<float> x, View<float> y, int Axis, int Start)
    {
        CheckWithin(Start, y.Extents[Axis], x.Extents[Axis]);
        CopyParts(gpu, x, y, Inner(x, Axis), Start * Inner(x, Axis + 1), Inner(y, Axis), 0, Inner(y, Axis));
    }

    /// <summary>y = 0, and x at the indices of one axis from <paramref name="Start"/>.</summary>
    /// <exception cref="ArgumentException">They go past the axis.</exception>
    public static void Pad(GpuDevice gpu, View<float> x, View<float> y, int Axis, int Start)
    {
        CheckWithin(Start, x.Extents[Axis], y.Extents[Axis]);
        gpu.Launch(
            PaddedElement, gpu.PerElement(y.Count, bytes: 4 * (x.Count + y.Count)),
            gpu.Array(x), gpu.Array(y), Inner(x, Axis), Inner(y, Axis), Start * Inner(y, Axis + 1));
    }

    /// <summary>y = a, then b, along one axis.</summary>
    public static void Concat(GpuDevice gpu, View<float> a, View<float> b, View<float> y, int Axis)
    {
        (long first, long second) = (Inner(a, Axis), Inner(b, Axis));
        CopyParts(gpu, a, y, first, 0, first + second, 0, first);
        CopyParts(gpu, b, y, second, 0, first + second, first, second);
    }

    /// <summary>Copies of each row a part: <paramref name="count"/> elements from one place to another.</summary>
    private static void CopyParts(GpuDevice gpu, View<float> x, View<float> y, long fromRow, long from, long toRow, long to, long count)
    {
        long rows = fromRow == 0 ? 0 : x.Count / fromRow;
        gpu.Launch(
            CopiedPart, gpu.PerElement(rows * count, bytes: 8 * rows * count), gpu.Array(x), gpu.Array(y), fromRow, from, toRow, to, count, rows * count);
    }

    private static void CopiedPart(ArrayView<float> x, ArrayView<float> y, long fromRow, long from, long toRow, long to, long count, long all)
    {
        long i = GpuIndex.Element;
        if (i >= all)
            return;
        long row = i / count;
        long column = i - row * count;
        y[row * toRow + to + column] = x[row * fromRow + from + column];
    }

    private static void PaddedElement(ArrayView<float> x, ArrayView<float> y, long fromRow, long toRow, long start)
    {
        long i = GpuIndex.Element;
        if (i >= y.Length)
            return;
        long row = i / toRow;
        long column = i - row * toRow - start;
        y[i] = column >= 0 && column < fromRow ? x[row * fromRow + column] : 0f;
    }

    /// <summary>The product of the extents from an axis on.</summary>
    private static long Inner(View<float> x, int axis)
    {
        long inner = 1;
        for (int i = axis; i < x.Rank; i++)
            inner *= x.Extents[i];
        return inner;
    }

    private static void CheckWithin(int start, int count, int extent)
    {
        if (start < 0 || start > extent - count)
            throw new ArgumentException($"Indices {start} to {start + count} of an axis of {extent}.");
    }
}
