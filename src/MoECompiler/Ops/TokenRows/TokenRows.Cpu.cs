namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y[r] = x[order[r] / slots], 0 where the order is -1; see <see cref="Ops.TokenRows"/>.</summary>
    public static void TokenRows(CpuDevice cpu, View<float> x, View<int> order, View<float> y) => TokenRows(cpu, x, order, y, Slots: y.Rows / Math.Max(1, x.Rows));

    /// <summary>The same of an order in which a token has so many slots.</summary>
    /// <exception cref="ArgumentException">An element of the order is no pair of token and slot.</exception>
    public static void TokenRows(CpuDevice cpu, View<float> x, View<int> order, View<float> y, int Slots)
    {
        long pairs = (long)Slots * x.Rows;
        for (int row = 0; row < order.Columns; row++)
        {
            if (order.Pointer[row] >= pairs)
                throw new ArgumentException($"order[{row}] is {order.Pointer[row]:N0}; it must be below {pairs:N0}.", nameof(order));
        }
        cpu.RunRows(new TokenRowCopies(x.Pointer, order.Pointer, y.Pointer, y.Columns, Slots), y.Rows, 2L * y.Columns);
    }

    private readonly struct TokenRowCopies(float* x, int* order, float* y, int columns, int slots) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                Span<float> to = new(y + (long)row * columns, columns);
                if (order[row] < 0)
                    to.Clear();
                else
                    new ReadOnlySpan<float>(x + (long)(order[row] / slots) * columns, columns).CopyTo(to);
            }
        }
    }
}
