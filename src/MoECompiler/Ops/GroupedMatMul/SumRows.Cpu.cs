namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Adds up the rows of each token; see <see cref="Ops.SumRows"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="rows">f32[R, N].</param>
    /// <param name="order">i32[R], each pair of token and slot at most once.</param>
    /// <param name="y">f32[T, N].</param>
    /// <exception cref="ArgumentException">An element of the order is no pair of token and slot.</exception>
    public static void SumRows(CpuDevice cpu, View<float> rows, View<int> order, View<float> y) =>
        SumRows(cpu, rows, order, y, Slots: rows.Rows / Math.Max(1, y.Rows));

    /// <summary>The same of an order in which a token has so many slots.</summary>
    public static void SumRows(CpuDevice cpu, View<float> rows, View<int> order, View<float> y, int Slots)
    {
        if (y.Count == 0)
            return;
        int count = rows.Rows;
        long pairs = (long)Slots * y.Rows;
        for (int row = 0; row < count; row++)
        {
            if (order.Pointer[row] >= pairs)
                throw new ArgumentException($"order[{row}] is {order.Pointer[row]:N0}; it must be below {pairs:N0}.", nameof(order));
        }
        int tasks = Shares.Tasks(cpu, rows.Count + y.Count, y.Rows);
        cpu.Team.RunWidest(new SumRowsJob(rows.Pointer, order.Pointer, y.Pointer, count, Slots, y.Rows, y.Columns, tasks), tasks);
    }

    private readonly struct SumRowsJob(float* rows, int* order, float* y, int count, int slots, int tokens, int columns, int tasks) : ILaneJob
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            (int from, int to) = Shares.Of(task, tasks, tokens);
            int* position = Invert(from * slots, to * slots);
            for (int token = from; token < to; token++, position += slots)
            {
                float* sum = y + (long)token * columns;
                int column = 0;
                for (; column + V.Count <= columns; column += V.Count)
                    Sum<V>(position, column).Store(sum + column);
                for (; column < columns; column++)
                    Sum<Lanes1>(position, column).Store(sum + column);
            }
        }

        private V Sum<V>(int* position, int column) where V : unmanaged, ILanes<V>
        {
            V sum = V.Zero;
            for (int slot = 0; slot < slots; slot++)
            {
                if (position[slot] >= 0)
                    sum += V.Load(rows + (long)position[slot] * columns + column);
            }
            return sum;
        }

        /// <summary>The row of each pair from one to another, or -1. Each task looks through the whole order: that is little beside the rows.</summary>
        private int* Invert(int from, int to)
        {
            int* position = (int*)ThreadTeam.Scratch(to - from);
            new Span<int>(position, to - from).Fill(-1);
            for (int row = 0; row < count; row++)
            {
                int pair = order[row];
                if (pair >= from && pair < to)
                    position[pair - from] = row;
            }
            return position;
        }
    }
}
