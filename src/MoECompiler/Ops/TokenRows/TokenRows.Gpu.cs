namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y[r] = x[order[r] / slots], 0 where the order is -1; see <see cref="Ops.TokenRows"/>.</summary>
    public static void TokenRows(GpuDevice gpu, View<float> x, View<int> order, View<float> y) => TokenRows(gpu, x, order, y, Slots: y.Rows / Math.Max(1, x.Rows));

    /// <summary>The same of an order in which a token has so many slots.</summary>
    public static void TokenRows(GpuDevice gpu, View<float> x, View<int> order, View<float> y, int Slots)
    {
        if (Single4.Fit(x, y))
            TokenRows<Single4>(gpu, x, order, y, Slots);
        else
            TokenRows<Single1>(gpu, x, order, y, Slots);
    }

    private static void TokenRows<TVector>(GpuDevice gpu, View<float> x, View<int> order, View<float> y, int slots) where TVector : unmanaged, IGpuVector<TVector>
    {
        (ArrayView<TVector> from, ArrayView<TVector> to) = (gpu.Array(x).Cast<TVector>(), gpu.Array(y).Cast<TVector>());
        gpu.Launch(
            TokenRowElement, gpu.PerElement(to.Length, bytes: 4 * (2 * y.Count + order.Count)), from, gpu.Array(order), to, ColumnsOf<TVector>(y),
            (uint)Math.Max(1, slots), (uint)x.Rows);
    }

    private static void TokenRowElement<TVector>(ArrayView<TVector> x, ArrayView<int> order, ArrayView<TVector> y, uint columns, uint slots, uint tokens)
        where TVector : unmanaged, IGpuVector<TVector>
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint row = i / columns;
        int pair = order[(long)row];
        uint token = (uint)pair / slots;
        y[(long)i] = pair < 0 || token >= tokens ? TVector.Of(0) : x[(long)token * columns + (i - row * columns)];
    }
}
