namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The indices of the greatest of each row among its best parts, greatest first; see <see cref="Ops.GroupedTopK"/>.</summary>
    /// <exception cref="ArgumentException">More are asked for than a row has, or a row has no such parts.</exception>
    public static void GroupedTopK(CpuDevice cpu, View<float> x, View<int> y, int Groups, int TopGroups, GroupScore Score)
    {
        int size = RowParts.Columns(x.Columns, Groups);
        if (y.Columns > x.Columns)
            throw new ArgumentException($"TopK of {y.Columns} from rows of {x.Columns}.");
        cpu.RunRows(new GroupedTopKRows(x.Pointer, y.Pointer, x.Columns, y.Columns, size, Groups, TopGroups, Score), y.Rows, 6L * x.Columns);
    }

    /// <summary>The index of the greatest of each part of a row; see <see cref="Ops.TopOfEachGroup"/>.</summary>
    /// <exception cref="ArgumentException">A row has no such parts.</exception>
    public static void TopOfEachGroup(CpuDevice cpu, View<float> x, View<int> y) =>
        cpu.RunRows(new TopOfEachGroupRows(x.Pointer, y.Pointer, RowParts.Columns(x.Columns, y.Columns), y.Columns), y.Rows, 2L * x.Columns);

    private readonly struct GroupedTopKRows(float* x, int* y, int columns, int count, int size, int groups, int topGroups, GroupScore score) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            float* scores = stackalloc float[Ops.GroupedTopK.MaximumGroups];
            int* best = stackalloc int[Ops.GroupedTopK.MaximumGroups];
            float* masked = ThreadTeam.Scratch(columns);
            for (int row = first; row < end; row++)
            {
                float* from = x + (long)row * columns;
                for (int group = 0; group < groups; group++)
                    scores[group] = ScoreOf(from + group * size);
                TopKRow(scores, best, groups, topGroups);
                new Span<float>(masked, columns).Fill(float.NegativeInfinity);
                for (int i = 0; i < topGroups; i++)
                    new ReadOnlySpan<float>(from + best[i] * size, size).CopyTo(new Span<float>(masked + best[i] * size, size));
                TopKRow(masked, y + (long)row * count, columns, count);
            }
        }

        private float ScoreOf(float* part)
        {
            if (score == GroupScore.Sum)
                return SumOf(part);
            (float best, float second) = (part[0], float.NaN);
            for (int i = 1; i < size; i++)
            {
                if (IsGreater(part[i], best))
                    (best, second) = (part[i], best);
                else if (IsGreater(part[i], second))
                    second = part[i];
            }
            return score == GroupScore.Best || size == 1 ? best : best + second;
        }

        private float SumOf(float* part)
        {
            float sum = 0;
            for (int i = 0; i < size; i++)
                sum += part[i];
            return sum;
        }
    }

    private readonly struct TopOfEachGroupRows(float* x, int* y, int size, int groups) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (long part = (long)first * groups; part < (long)end * groups; part++)
            {
                int best;
                TopKRow(x + part * size, &best, size, 1);
                y[part] = (int)(part % groups) * size + best;
            }
        }
    }
}
