namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y[i] = row indices[i] of the table.</summary>
    /// <exception cref="ArgumentException">An index is outside the table.</exception>
    public static void Gather(CpuDevice cpu, View<float> table, View<int> indices, View<float> y) => GatherWide(cpu, table, indices, y);

    /// <inheritdoc cref="Gather(CpuDevice, View{float}, View{int}, View{float})"/>
    public static void Gather(CpuDevice cpu, View<Half> table, View<int> indices, View<float> y) => GatherWide(cpu, table, indices, y);

    /// <inheritdoc cref="Gather(CpuDevice, View{float}, View{int}, View{float})"/>
    public static void Gather(CpuDevice cpu, View<BFloat16> table, View<int> indices, View<float> y) => GatherWide(cpu, table, indices, y);

    private static void GatherWide<T>(CpuDevice cpu, View<T> table, View<int> indices, View<float> y) where T : unmanaged
    {
        IndexCheck.AllWithin("row", indices, table.Extents[0]);
        cpu.RunRows(new GatherRows<T>(table.Pointer, indices.Pointer, y.Pointer, table.Columns), checked((int)indices.Count), 2L * table.Columns);
    }

    /// <summary>y = 0, then row indices[i] of y += x[i], in the order of i.</summary>
    /// <exception cref="ArgumentException">An index is outside of y.</exception>
    public static void ScatterRows(CpuDevice cpu, View<int> indices, View<float> x, View<float> y)
    {
        IndexCheck.AllWithin("row", indices, y.Extents[0]);
        int columns = y.Columns;
        int stripes = (columns + ScatterStripe - 1) / ScatterStripe;
        int count = checked((int)indices.Count);
        cpu.RunRows(
            new ScatterStripes(indices.Pointer, count, x.Pointer, y.Pointer, y.Extents[0], columns),
            stripes, (y.Extents[0] + 3L * count) * ScatterStripe);
    }

    /// <summary>Columns that one thread scatters: whole cache lines, as two threads would else fight for one.</summary>
    private const int ScatterStripe = 4 * SixteenLanes.Count;

    private readonly struct GatherRows<T>(T* table, int* indices, float* y, int columns) : IRowKernel where T : unmanaged
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
                Stored.Widen(table + (long)indices[row] * columns, y + (long)row * columns, columns);
        }
    }

    /// <summary>All rows of some columns, one after the other: rows of one index are added in order, whoever does it.</summary>
    private readonly struct ScatterStripes(int* indices, int count, float* x, float* y, int rows, int columns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            int from = first * ScatterStripe;
            int width = Math.Min(columns, end * ScatterStripe) - from;
            for (int row = 0; row < rows; row++)
                new Span<float>(y + (long)row * columns + from, width).Clear();
            for (int i = 0; i < count; i++)
                Add<V>(x + (long)i * columns + from, y + (long)indices[i] * columns + from, width);
        }

        private static void Add<V>(float* x, float* y, int width) where V : unmanaged, ILanes<V>
        {
            int i = 0;
            for (; i + V.Count <= width; i += V.Count)
                (V.Load(y + i) + V.Load(x + i)).Store(y + i);
            for (; i < width; i++)
                y[i] += x[i];
        }
    }
}
