namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>See <see cref="Ops.RowOrder"/>. The work depends on how many numbers there are, not on the table.</summary>
    /// <exception cref="ArgumentException">A number is outside the table.</exception>
    public static void RowOrder(CpuDevice cpu, View<int> numbers, View<int> rows, View<int> order, int Rows)
    {
        IndexCheck.AllWithin("row", numbers, Rows);
        int count = checked((int)numbers.Count);
        cpu.RunRows(new RowOrderOfAll(numbers.Pointer, rows.Pointer, order.Pointer, count), 1, 32L * count);
    }

    /// <summary>See <see cref="Ops.RowSums"/>.</summary>
    public static void RowSums(CpuDevice cpu, View<float> x, View<int> rows, View<int> order, View<float> y) =>
        cpu.RunRows(new RowSumsRows(x.Pointer, rows.Pointer, order.Pointer, y.Pointer, checked((int)order.Count), x.Columns), checked((int)order.Count), 2L * x.Columns);

    /// <summary>Numbers and places sorted as one number each, so that no two are equal.</summary>
    private readonly struct RowOrderOfAll(int* numbers, int* rows, int* order, int count) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            long* keys = (long*)ThreadTeam.Scratch(2L * count);
            for (int place = 0; place < count; place++)
                keys[place] = ((long)numbers[place] << 32) | (uint)place;
            new Span<long>(keys, count).Sort();
            long last = -1;
            for (int i = 0; i < count; i++)
            {
                long row = keys[i] >> 32;
                rows[i] = row == last ? -1 : (int)row;
                order[i] = (int)keys[i];
                last = row;
            }
        }
    }

    private readonly struct RowSumsRows(float* x, int* rows, int* order, float* y, int count, int columns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* sum = y + (long)row * columns;
                if (rows[row] < 0)
                {
                    new Span<float>(sum, columns).Clear();
                    continue;
                }
                new ReadOnlySpan<float>(x + (long)order[row] * columns, columns).CopyTo(new Span<float>(sum, columns));
                for (int i = row + 1; i < count && rows[i] < 0; i++)
                    Add<V>(x + (long)order[i] * columns, sum);
            }
        }

        private void Add<V>(float* x, float* sum) where V : unmanaged, ILanes<V>
        {
            int i = 0;
            for (; i + V.Count <= columns; i += V.Count)
                (V.Load(sum + i) + V.Load(x + i)).Store(sum + i);
            for (; i < columns; i++)
                sum[i] += x[i];
        }
    }
}
