namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>See <see cref="Ops.PickPairs"/>.</summary>
    /// <exception cref="ArgumentException">A pick is of no pair.</exception>
    public static void PickPairs(CpuDevice cpu, View<int> rows, View<int> columns, View<int> picks, View<int> y, int Columns)
    {
        IndexCheck.AllWithin("pair", picks, rows.Columns * columns.Columns);
        cpu.RunRows(
            new PickPairsRows(rows.Pointer, columns.Pointer, picks.Pointer, y.Pointer, rows.Columns, columns.Columns, picks.Columns, Columns),
            picks.Rows, 8L * picks.Columns);
    }

    private readonly struct PickPairsRows(int* rows, int* columns, int* picks, int* y, int bestRows, int bestColumns, int count, int gridColumns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int token = first; token < end; token++)
            {
                for (long i = (long)token * count; i < (long)(token + 1) * count; i++)
                    y[i] = rows[(long)token * bestRows + picks[i] / bestColumns] * gridColumns + columns[(long)token * bestColumns + picks[i] % bestColumns];
            }
        }
    }
}
