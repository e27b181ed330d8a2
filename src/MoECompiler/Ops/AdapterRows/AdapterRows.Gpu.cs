using ILGPU;

namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y[r] = adapters[r / (rows / samples)]. A row whose adapter there is not gets none: its dispatch drops it.</summary>
    public static void AdapterOfRow(GpuDevice gpu, View<int> adapters, View<int> y, int Adapters) => gpu.Launch(
        AdapterOfElement, gpu.PerElement(y.Count, bytes: 4 * (adapters.Count + y.Count)),
        gpu.Array(adapters), gpu.Array(y), (uint)(y.Count / Math.Max(1, adapters.Count)));

    /// <summary>y[t, j] = adapters[t] * E + e, e being the expert whose rows have position[t, j]; -1 for a position of -1.</summary>
    public static void AdapterPairs(GpuDevice gpu, View<int> adapters, View<int> offsets, View<int> position, View<int> y) => gpu.Launch(
        PairOfSlot, gpu.PerElement(y.Count, bytes: 4 * (adapters.Count + offsets.Count + 2 * y.Count)),
        gpu.Array(adapters), gpu.Array(offsets), gpu.Array(position), gpu.Array(y), offsets.Extents[0] - 1, (uint)position.Columns);

    /// <summary>y[r] = x[position[order[r]]]; 0 where either is -1.</summary>
    public static void Reorder(GpuDevice gpu, View<float> x, View<int> position, View<int> order, View<float> y)
    {
        if (Single4.Fit(x, y))
            Reorder<Single4>(gpu, x, position, order, y);
        else
            Reorder<Single1>(gpu, x, position, order, y);
    }

    private static void Reorder<TVector>(GpuDevice gpu, View<float> x, View<int> position, View<int> order, View<float> y)
        where TVector : unmanaged, IGpuVector<TVector>
    {
        (ArrayView<TVector> from, ArrayView<TVector> to) = (gpu.Array(x).Cast<TVector>(), gpu.Array(y).Cast<TVector>());
        gpu.Launch(
            ReorderedElement, gpu.PerElement(to.Length, bytes: 4 * (2 * y.Count + 2 * order.Count)),
            from, gpu.Array(position), gpu.Array(order), to, ColumnsOf<TVector>(y));
    }

    private static void AdapterOfElement(ArrayView<int> adapters, ArrayView<int> y, uint each)
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = adapters[(long)(i / each)];
    }

    private static void PairOfSlot(ArrayView<int> adapters, ArrayView<int> offsets, ArrayView<int> position, ArrayView<int> y, int experts, uint slots)
    {
        uint pair = GpuIndex.ShortElement;
        if (pair >= y.Length)
            return;
        int at = position[(long)pair];
        int expert = 0;
        while (expert + 1 < experts && offsets[expert + 1] <= at)
            expert++;
        y[(long)pair] = at < 0 ? -1 : adapters[(long)(pair / slots)] * experts + expert;
    }

    private static void ReorderedElement<TVector>(ArrayView<TVector> x, ArrayView<int> position, ArrayView<int> order, ArrayView<TVector> y, uint columns)
        where TVector : unmanaged, IGpuVector<TVector>
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint row = i / columns;
        int pair = order[(long)row];
        int from = pair < 0 ? -1 : position[pair];
        y[(long)i] = from < 0 ? TVector.Of(0) : x[(long)from * columns + (i - row * columns)];
    }
}
