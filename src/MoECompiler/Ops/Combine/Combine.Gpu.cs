namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y[t] = sum over the slots j of weights[t, j] * rows[position[t, j]], in the order of j; a position of -1 adds nothing.</summary>
    public static void Combine(GpuDevice gpu, View<float> rows, View<float> weights, View<int> position, View<int> order, View<float> y)
    {
        if (Single4.Fit(rows, y))
            Combine<Single4>(gpu, rows, weights, position, y);
        else
            Combine<Single1>(gpu, rows, weights, position, y);
    }

    /// <summary>dRows[r] = weight of the pair order[r] * dy[its token]; 0 where order is -1.</summary>
    public static void CombineRowsGradient(GpuDevice gpu, View<float> dy, View<float> weights, View<int> order, View<float> dRows)
    {
        if (Single4.Fit(dy, dRows))
            CombineRowsGradient<Single4>(gpu, dy, weights, order, dRows);
        else
            CombineRowsGradient<Single1>(gpu, dy, weights, order, dRows);
    }

    /// <summary>dWeights[t, j] = dy[t] . rows[position[t, j]]; 0 for a position of -1.</summary>
    public static void CombineWeightsGradient(GpuDevice gpu, View<float> dy, View<float> rows, View<int> position, View<float> dWeights) => gpu.Launch(
        DotOfPair, gpu.PerRow(position.Count, dy.Columns, flops: 2 * rows.Count, bytes: 4 * (dy.Count + rows.Count + 2 * position.Count)),
        gpu.Array(dy), gpu.Array(rows), gpu.Array(position), gpu.Array(dWeights), rows.Rows, dy.Columns, position.Columns);

    private static void Combine<TVector>(GpuDevice gpu, View<float> rows, View<float> weights, View<int> position, View<float> y)
        where TVector : unmanaged, IGpuVector<TVector>
    {
        (ArrayView<TVector> from, ArrayView<TVector> to) = (gpu.Array(rows).Cast<TVector>(), gpu.Array(y).Cast<TVector>());
        gpu.Launch(
            CombinedElement, gpu.PerElement(to.Length, flops: 2 * rows.Count, bytes: 4 * (rows.Count + 2 * weights.Count + y.Count)),
            from, gpu.Array(weights), gpu.Array(position), to, (uint)rows.Rows, ColumnsOf<TVector>(y), position.Columns);
    }

    private static void CombineRowsGradient<TVector>(GpuDevice gpu, View<float> dy, View<float> weights, View<int> order, View<float> dRows)
        where TVector : unmanaged, IGpuVector<TVector>
    {
        (ArrayView<TVector> from, ArrayView<TVector> to) = (gpu.Array(dy).Cast<TVector>(), gpu.Array(dRows).Cast<TVector>());
        gpu.Launch(
            WeightedElement, gpu.PerElement(to.Length, flops: dRows.Count, bytes: 4 * (dy.Count + 2 * order.Count + dRows.Count)),
            from, gpu.Array(weights), gpu.Array(order), to, ColumnsOf<TVector>(dy), (uint)weights.Columns);
    }

    /// <summary>How many vectors a row is made of.</summary>
    private static uint ColumnsOf<TVector>(View<float> rows) where TVector : unmanaged => (uint)(rows.Columns * sizeof(float) / Interop.SizeOf<TVector>());

    private static void CombinedElement<TVector>(
        ArrayView<TVector> rows, ArrayView<float> weights, ArrayView<int> position, ArrayView<TVector> y, uint rowCount, uint columns, int slots)
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
            if (row < rowCount)
                sum = TVector.MultiplyAdd(weights[pair], rows[(long)row * columns + column], sum);
        }
        y[(long)i] = sum;
    }

    private static void WeightedElement<TVector>(
        ArrayView<TVector> dy, ArrayView<float> weights, ArrayView<int> order, ArrayView<TVector> dRows, uint columns, uint slots)
        where TVector : unmanaged, IGpuVector<TVector>
    {
        uint i = GpuIndex.ShortElement;
        if (i >= dRows.Length)
            return;
        uint row = i / columns;
        uint pair = (uint)order[(long)row];
        dRows[(long)i] = pair < weights.Length ? dy[(long)(pair / slots) * columns + (i - row * columns)] * weights[(long)pair] : TVector.Of(0);
    }

    private static void DotOfPair(
        ArrayView<float> dy, ArrayView<float> rows, ArrayView<int> position, ArrayView<float> dWeights, int rowCount, int columns, int slots)
    {
        int row = position[Grid.IdxX];
        bool isPlaced = (uint)row < (uint)rowCount;
        long from = (long)(Grid.IdxX / slots) * columns;
        long other = (long)row * columns;
        float sum = 0;
        for (int i = Group.IdxX; i < columns && isPlaced; i += Group.DimX)
            sum = Intrinsics.FusedMultiplyAdd(dy[from + i], rows[other + i], sum);
        sum = RowGroup.Sum(sum);
        if (Group.IdxX == 0)
            dWeights[Grid.IdxX] = sum;
    }
}
