namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The sum of each expert's rows, in their order; see <see cref="Ops.GroupedSum"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="x">f32[R, N].</param>
    /// <param name="offsets">i32[E + 1].</param>
    /// <param name="sums">f32[E, N]; 0 for an expert without rows.</param>
    /// <exception cref="ArgumentException">The offsets are not those of a dispatch.</exception>
    public static void GroupedSum(CpuDevice cpu, View<float> x, View<int> offsets, View<float> sums)
    {
        Groups groups = new(offsets, x.Rows);
        int chunks = (sums.Columns + GroupedSumJob.ChunkColumns - 1) / GroupedSumJob.ChunkColumns;
        GroupedSumJob job = new(groups, x.Pointer, sums.Pointer, sums.Columns, chunks);
        cpu.Team.RunWidest(job, groups.Experts * chunks);
    }

    private readonly struct GroupedSumJob(Groups groups, float* x, float* sums, int columns, int chunks) : ILaneJob
    {
        /// <summary>As many sums as stay in the first-level cache while the rows go by.</summary>
        public const int ChunkColumns = 512;

        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            int expert = task / chunks;
            int from = task % chunks * ChunkColumns;
            int to = Math.Min(columns, from + ChunkColumns);
            float* sum = sums + (long)expert * columns;
            new Span<float>(sum + from, to - from).Clear();
            for (int row = groups.Start(expert); row < groups.Start(expert + 1); row++)
            {
                float* line = x + (long)row * columns;
                int column = from;
                for (; column + V.Count <= to; column += V.Count)
                    (V.Load(sum + column) + V.Load(line + column)).Store(sum + column);
                for (; column < to; column++)
                    sum[column] += line[column];
            }
        }
    }
}
