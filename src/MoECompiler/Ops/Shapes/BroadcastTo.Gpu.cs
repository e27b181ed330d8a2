namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = x, repeated along the extents that it lacks or has as 1.</summary>
    public static void BroadcastTo(GpuDevice gpu, View<float> x, View<float> y)
    {
        StridedIndex index = default;
        long stride = 1;
        for (int axis = y.Rank - 1; axis >= 0; axis--)
        {
            int own = axis - y.Rank + x.Rank;
            int extent = own >= 0 ? x.Extents[own] : 1;
            index.Add(y.Extents[axis], extent == 1 ? 0 : stride);
            stride *= extent;
        }
        gpu.Launch(StridedElement, gpu.PerElement(y.Count, bytes: 4 * (x.Count + y.Count)), gpu.Array(x), gpu.Array(y), index);
    }

    private static void StridedElement(ArrayView<float> x, ArrayView<float> y, StridedIndex index)
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = x[index.OffsetOf(i)];
    }
}
