namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y[t] = sum over the slots j of weights[t, j] * rows[position[t, j]], in the order of j; a position of -1 adds nothing.</summary>
    public static void Combine(GpuDevice gpu, View<float> rows, View<float> weights, View<int> position, View<int> order, View<float> y) => gpu.Launch(
        CombinedElement, gpu.PerElement(y.Count, flops: 2 * rows.Count, bytes: 4 * (rows.Count + 2 * weights.Count + y.Count)),
        gpu.Array(rows), gpu.Array(weights), gpu.Array(position), gpu.Array(y), (uint)rows.Rows, (uint)y.Columns, position.Columns);

    /// <summary>dRows[r] = weight of the pair order[r] * dy[its token]; 0 where order is -1.</summary>
    public static void CombineRowsGradient(GpuDevice gpu, View<float> dy, View<float> weights, View<int> order, View<float> dRows) => gpu.Launch(
        WeightedElement, gpu.PerElement(dRows.Count, flops: dRows.Count, bytes: 4 * (dy.Count + 2 * order.Count + dRows.Count)),
        gpu.Array(dy), gpu.Array(weights), gpu.Array(order), gpu.Array(dRows), (uint)dy.Columns, (uint)weights.Columns);

    /// <summary>dWeights[t, j] = dy[t] . rows[position[t, j]]; 0 for a position of -1.</summary>
    public static void CombineWeightsGradient(GpuDevice gpu, View<float> dy, View<float> rows, View<int> position, View<float> dWeights) => gpu.Launch(
        DotOfPair, gpu.PerRow(position.Count, dy.Columns, flops: 2 * rows.Count, bytes: 4 * (dy.Count + rows.Count + 2 * position.Count)),
        gpu.Array(dy), gpu.Array(rows), gpu.Array(position), gpu.Array(dWeights), rows.Rows, dy.Columns, position.Columns);

    private static void CombinedElement(
        ArrayView<float> rows, ArrayView<float> weights, ArrayView<int> position, ArrayView<float> y, uint rowCount, uint columns, int slots)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint token = i / columns;
        uint column = i - token * columns;
        float sum = 0;
        for (long pair = (long)token * slots; pair < (token + 1L) * slots; pair++)
        {
            uint row = (uint)position[pair];
            if (row < rowCount)
                sum = Intrinsics.FusedMultiplyAdd(weights[pair], rows[(long)row * columns + column], sum);
        }
        y[(long)i] = sum;
    }

    private static void WeightedElement(
        ArrayView<float> dy, ArrayView<float> weights, ArrayView<int> order, ArrayView<float> dRows, uint columns, uint slots)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= dRows.Length)
            return;
        uint row = i / columns;
        uint pair = (uint)order[(long)row];
        dRows[(long)i] = pair < weights.Length ? dy[(long)(pair / slots) * columns + (i - row * columns)] * weights[(long)pair] : 0;
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
