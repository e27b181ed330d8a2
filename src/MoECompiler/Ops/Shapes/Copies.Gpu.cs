namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = the indices of one axis of x from <paramref name="Start"/>, as many as y has.</summary>
    /// <exception cref="ArgumentException">They go past the axis.</exception>
    public static void Slice(GpuDevice gpu, View<float> x, View<float> y, int Axis, int Start)
    {
        CheckWithin(Start, y.Extents[Axis], x.Extents[Axis]);
        StridedIndex from = default;
        long stride = 1;
        long first = 0;
        for (int axis = x.Rank - 1; axis >= 0; axis--)
        {
            from.Add(y.Extents[axis], stride);
            first += axis == Axis ? Start * stride : 0;
            stride *= x.Extents[axis];
        }
        if (y.Count > 0)
            CopyStrided(gpu, gpu.Array(x).SubView(first), from, y, y.Count);
    }

    /// <summary>y = 0, and x at the indices of one axis from <paramref name="Start"/>.</summary>
    /// <exception cref="ArgumentException">They go past the axis.</exception>
    public static void Pad(GpuDevice gpu, View<float> x, View<float> y, int Axis, int Start)
    {
        CheckWithin(Start, x.Extents[Axis], y.Extents[Axis]);
        gpu.Launch(
            PaddedElement, gpu.PerElement(y.Count, bytes: 4 * (x.Count + y.Count)),
            gpu.Array(x), gpu.Array(y), (uint)Inner(x, Axis), (uint)Inner(y, Axis), (uint)(Start * Inner(y, Axis + 1)));
    }

    /// <summary>y = a, then b, along one axis.</summary>
    public static void Concat(GpuDevice gpu, View<float> a, View<float> b, View<float> y, int Axis) => gpu.Launch(
        JoinedElement, gpu.PerElement(y.Count, bytes: 8 * y.Count), gpu.Array(a), gpu.Array(b), gpu.Array(y), (uint)Inner(a, Axis), (uint)Inner(b, Axis));

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

    private static void PaddedElement(ArrayView<float> x, ArrayView<float> y, uint count, uint extent, uint start)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint outer = i / extent;
        uint inner = i - outer * extent - start;
        y[(long)i] = inner < count ? x[(long)outer * count + inner] : 0;
    }

    private static void JoinedElement(ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, uint first, uint second)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint outer = i / (first + second);
        uint inner = i - outer * (first + second);
        y[(long)i] = inner < first ? a[(long)outer * first + inner] : b[(long)outer * second + (inner - first)];
    }
}
