namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>Adds up the rows of each token, in the order of its slots; see <see cref="Ops.SumRows"/>.</summary>
    /// <param name="gpu">Where it runs.</param>
    /// <param name="rows">f32[R, N].</param>
    /// <param name="order">i32[R], each pair of token and slot at most once.</param>
    /// <param name="y">f32[T, N].</param>
    public static void SumRows(GpuDevice gpu, View<float> rows, View<int> order, View<float> y) =>
        SumRows(gpu, rows, order, y, Slots: rows.Rows / Math.Max(1, y.Rows));

    /// <summary>The same of an order in which a token has so many slots.</summary>
    public static void SumRows(GpuDevice gpu, View<float> rows, View<int> order, View<float> y, int Slots)
    {
        if (y.Count == 0)
            return;
        long pairs = (long)Slots * y.Rows;
        ArrayView<int> position = gpu.Scratch(pairs).Take<int>(pairs);
        gpu.Launch(PositionOfPair, gpu.PerElement(order.Count, bytes: 8 * order.Count), gpu.Array(order), position);
        if (Single4.Fit(rows, y))
            SumRows<Single4>(gpu, rows, order, position, y, Slots);
        else
            SumRows<Single1>(gpu, rows, order, position, y, Slots);
    }

    private static void SumRows<TVector>(GpuDevice gpu, View<float> rows, View<int> order, ArrayView<int> position, View<float> y, int slots)
        where TVector : unmanaged, IGpuVector<TVector>
    {
        (ArrayView<TVector> from, ArrayView<TVector> to) = (gpu.Array(rows).Cast<TVector>(), gpu.Array(y).Cast<TVector>());
        gpu.Launch(
            SumOfSlots, gpu.PerElement(to.Length, flops: rows.Count, bytes: 4 * (rows.Count + order.Count + y.Count)),
            from, gpu.Array(order), position, to, ColumnsOf<TVector>(y), slots);
    }

    private static void PositionOfPair(ArrayView<int> order, ArrayView<int> position)
    {
        uint row = GpuIndex.ShortElement;
        if (row < order.Length && (uint)order[(long)row] < position.Length)
            position[(long)order[(long)row]] = (int)row;
    }

    /// <summary>The position of a pair that has no row was never written: it is taken for one only if the order says the same.</summary>
    private static void SumOfSlots<TVector>(
        ArrayView<TVector> rows, ArrayView<int> order, ArrayView<int> position, ArrayView<TVector> y, uint columns, int slots)
        where TVector : unmanaged, IGpuVector<TVector>
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint token = i / columns;
        uint column = i - token * columns;
        TVector sum = TVector.Of(0);
        for (long pair = (long)token * slots; pair < (token + 1L) * slots; pair++)
        {
            uint row = (uint)position[pair];
            if (row < order.Length && order[(long)row] == pair)
                sum += rows[(long)row * columns + column];
        }
        y[(long)i] = sum;
    }
}
