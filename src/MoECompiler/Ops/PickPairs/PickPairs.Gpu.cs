namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>See <see cref="Ops.PickPairs"/>; -1 for a pick of no pair.</summary>
    public static void PickPairs(GpuDevice gpu, View<int> rows, View<int> columns, View<int> picks, View<int> y, int Columns) => gpu.Launch(
        PairOfPick, gpu.PerElement(y.Count, bytes: 16 * y.Count),
        gpu.Array(rows), gpu.Array(columns), gpu.Array(picks), gpu.Array(y), (uint)rows.Columns, (uint)columns.Columns, (uint)picks.Columns, Columns);

    private static void PairOfPick(
        ArrayView<int> rows, ArrayView<int> columns, ArrayView<int> picks, ArrayView<int> y, uint bestRows, uint bestColumns, uint count, int gridColumns)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint token = i / count;
        uint pick = (uint)picks[(long)i];
        if (pick >= bestRows * bestColumns)
        {
            y[(long)i] = -1;
            return;
        }
        uint row = pick / bestColumns;
        y[(long)i] = rows[(long)token * bestRows + row] * gridColumns + columns[(long)token * bestColumns + (pick - row * bestColumns)];
    }
}
