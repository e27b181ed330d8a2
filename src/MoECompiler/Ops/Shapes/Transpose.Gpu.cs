namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = x with its axes in another order: axis i of y is axis Order[i] of x.</summary>
    public static void Transpose(GpuDevice gpu, View<float> x, View<float> y, ReadOnlySpan<int> Order)
    {
        Span<long> strides = stackalloc long[Extents.MaximumRank];
        long stride = 1;
        for (int axis = x.Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= x.Extents[axis];
        }
        StridedIndex index = default;
        for (int axis = y.Rank - 1; axis >= 0; axis--)
            index.Add(y.Extents[axis], strides[Order[axis]]);
        gpu.Launch(StridedElement, gpu.PerElement(y.Count, bytes: 8 * y.Count), gpu.Array(x), gpu.Array(y), index);
    }
}
