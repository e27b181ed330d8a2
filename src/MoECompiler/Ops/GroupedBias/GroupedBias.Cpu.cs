namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Adds to each row the bias of its expert; see <see cref="Ops.GroupedBias"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="x">f32[R, N].</param>
    /// <param name="bias">f32[E, N].</param>
    /// <param name="offsets">i32[E + 1].</param>
    /// <param name="y">f32[R, N]; rows past offsets[E] are those of x.</param>
    /// <exception cref="ArgumentException">The offsets are not those of a dispatch.</exception>
    public static void GroupedBias(CpuDevice cpu, View<float> x, View<float> bias, View<int> offsets, View<float> y)
    {
        Groups groups = new(offsets, y.Rows);
        int tasks = Shares.Tasks(cpu, 2 * y.Count, y.Rows);
        cpu.Team.RunWidest(new GroupedBiasJob(groups, x.Pointer, bias.Pointer, y.Pointer, y.Rows, y.Columns, tasks), tasks);
    }

    private readonly struct GroupedBiasJob(Groups groups, float* x, float* bias, float* y, int rows, int columns, int tasks) : ILaneJob
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            (int from, int to) = Shares.Of(task, tasks, rows);
            int used = Math.Min(to, groups.Used);
            for (int row = from; row < used; row++)
                AddRow<V>((long)row * columns, (long)groups.ExpertOf(row) * columns);
            int copied = Math.Max(from, used);
            long rest = (long)copied * columns;
            System.Buffer.MemoryCopy(x + rest, y + rest, (to - copied) * (long)columns * sizeof(float), (to - copied) * (long)columns * sizeof(float));
        }

        private void AddRow<V>(long row, long expert) where V : unmanaged, ILanes<V>
        {
            int column = 0;
            for (; column + V.Count <= columns; column += V.Count)
                (V.Load(x + row + column) + V.Load(bias + expert + column)).Store(y + row + column);
            for (; column < columns; column++)
                y[row + column] = x[row + column] + bias[expert + column];
        }
    }
}
