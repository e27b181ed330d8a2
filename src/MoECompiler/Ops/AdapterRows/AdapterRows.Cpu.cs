namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y[r] = adapters[r / (rows / samples)].</summary>
    /// <exception cref="ArgumentException">There is no such adapter.</exception>
    public static void AdapterOfRow(CpuDevice cpu, View<int> adapters, View<int> y, int Adapters)
    {
        IndexCheck.AllWithin("adapter", adapters, Adapters);
        int samples = checked((int)adapters.Count);
        int each = samples == 0 ? 0 : checked((int)(y.Count / samples));
        for (int sample = 0; sample < samples; sample++)
            new Span<int>(y.Pointer + (long)sample * each, each).Fill(adapters.Pointer[sample]);
    }

    /// <summary>y[t, j] = adapters[t] * E + e, e being the expert whose rows have position[t, j]; -1 for a position of -1.</summary>
    public static void AdapterPairs(CpuDevice cpu, View<int> adapters, View<int> offsets, View<int> position, View<int> y)
    {
        int experts = offsets.Extents[0] - 1;
        (int tokens, int slots) = (position.Rows, position.Columns);
        for (int token = 0; token < tokens; token++)
        {
            for (int slot = 0; slot < slots; slot++)
            {
                int pair = token * slots + slot;
                int expert = 0;
                while (expert + 1 < experts && offsets.Pointer[expert + 1] <= position.Pointer[pair])
                    expert++;
                y.Pointer[pair] = position.Pointer[pair] < 0 ? -1 : adapters.Pointer[token] * experts + expert;
            }
        }
    }

    /// <summary>y[r] = x[position[order[r]]]; 0 where either is -1.</summary>
    public static void Reorder(CpuDevice cpu, View<float> x, View<int> position, View<int> order, View<float> y) =>
        cpu.RunRows(new ReorderRows(x.Pointer, position.Pointer, order.Pointer, y.Pointer, y.Columns), y.Rows, 2L * y.Columns);

    private readonly struct ReorderRows(float* x, int* position, int* order, float* y, int columns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                int from = order[row] < 0 ? -1 : position[order[row]];
                Span<float> to = new(y + (long)row * columns, columns);
                if (from < 0)
                    to.Clear();
                else
                    new ReadOnlySpan<float>(x + (long)from * columns, columns).CopyTo(to);
            }
        }
    }
}
