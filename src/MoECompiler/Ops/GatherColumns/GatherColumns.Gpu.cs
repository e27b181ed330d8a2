namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y[t, j] = x[t, indices[t, j]], or 0 for an index of -1; NaN for another one outside the row.</summary>
    public static void GatherColumns(GpuDevice gpu, View<float> x, View<int> indices, View<float> y) => gpu.Launch(
        GatheredElement, gpu.PerElement(y.Count, bytes: 12 * y.Count), gpu.Array(x), gpu.Array(indices), gpu.Array(y), (uint)x.Columns, (uint)indices.Columns);

    /// <summary>y = 0, then y[t, indices[t, j]] += x[t, j], in the order of j; an index outside the row adds nothing.</summary>
    public static void ScatterColumns(GpuDevice gpu, View<float> x, View<int> indices, View<float> y) => gpu.Launch(
        ScatteredSum, gpu.PerElement(y.Count, flops: x.Count, bytes: 8 * x.Count + 4 * y.Count),
        gpu.Array(x), gpu.Array(indices), gpu.Array(y), (uint)x.Columns, (uint)y.Columns);

    private static void GatheredElement(ArrayView<float> x, ArrayView<int> indices, ArrayView<float> y, uint columns, uint count)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint index = (uint)indices[(long)i];
        float none = index == uint.MaxValue ? 0 : float.NaN;
        y[(long)i] = index < columns ? x[(long)(i / count) * columns + index] : none;
    }

    /// <summary>An element looks for itself among the few indices of its row.</summary>
    private static void ScatteredSum(ArrayView<float> x, ArrayView<int> indices, ArrayView<float> y, uint count, uint columns)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint row = i / columns;
        int column = (int)(i - row * columns);
        float sum = 0;
        for (long from = (long)row * count; from < (row + 1L) * count; from++)
        {
            if (indices[from] == column)
                sum += x[from];
        }
        y[(long)i] = sum;
    }
}
