namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = x, repeated along extents that x lacks or has as 1.</summary>
    public static void BroadcastTo(GpuDevice gpu, View<float> x, View<float> y)
    {
        StridedIndex from = default;
        int missing = y.Rank - x.Rank;
        long stride = 1;
        for (int axis = y.Rank - 1; axis >= 0; axis--)
        {
            int extent = axis < missing ? 1 : x.Extents[axis - missing];
            from.Add(y.Extents[axis], extent == 1 ? 0 : stride);
            stride *= extent;
        }
        CopyStrided(gpu, gpu.Array(x), from, y, x.Count);
    }

    /// <summary>y = the elements of x where <paramref name="from"/> has them; <paramref name="read"/> is how many different ones.</summary>
    private static void CopyStrided(GpuDevice gpu, ArrayView<float> x, StridedIndex from, View<float> y, long read) =>
        gpu.Launch(CopyStridedElement, gpu.PerElement(y.Count, bytes: 4 * (read + y.Count)), x, gpu.Array(y), from);

    private static void CopyStridedElement(ArrayView<float> x, ArrayView<float> y, StridedIndex from)
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = x[from.OffsetOf(i)];
    }
}
