namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y[t] = sum over the slots j of weights[t, j] * rows[position[t, j]], in the order of j; a position of -1 adds nothing.</summary>
    public static void Combine(CpuDevice cpu, View<float> rows, View<float> weights, View<int> position, View<int> order, View<float> y) =>
        cpu.RunRows(
            new CombineTokens(rows.Pointer, weights.Pointer, position.Pointer, y.Pointer, position.Columns, y.Columns),
            y.Rows, (position.Columns + 1L) * y.Columns);

    /// <summary>dRows[r] = weight of the pair order[r] * dy[its token]; 0 where order is -1.</summary>
    public static void CombineRowsGradient(CpuDevice cpu, View<float> dy, View<float> weights, View<int> order, View<float> dRows) =>
        cpu.RunRows(
            new CombineRowsGradientRows(dy.Pointer, weights.Pointer, order.Pointer, dRows.Pointer, weights.Columns, dy.Columns),
            dRows.Rows, 2L * dy.Columns);

    /// <summary>dWeights[t, j] = dy[t] . rows[position[t, j]]; 0 for a position of -1.</summary>
    public static void CombineWeightsGradient(CpuDevice cpu, View<float> dy, View<float> rows, View<int> position, View<float> dWeights) =>
        cpu.RunRows(
            new CombineWeightsGradientTokens(dy.Pointer, rows.Pointer, position.Pointer, dWeights.Pointer, position.Columns, dy.Columns),
            position.Rows, (position.Columns + 1L) * dy.Columns);

    private readonly struct CombineTokens(float* rows, float* weights, int* position, float* y, int slots, int columns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int token = first; token < end; token++)
            {
                float* to = y + (long)token * columns;
                int* place = position + (long)token * slots;
                float* weight = weights + (long)token * slots;
                int i = 0;
                for (; i + V.Count <= columns; i += V.Count)
                {
                    V sum = V.Zero;
                    for (int j = 0; j < slots; j++)
                    {
                        if (place[j] >= 0)
                            sum = V.FusedMultiplyAdd(V.Of(weight[j]), V.Load(rows + (long)place[j] * columns + i), sum);
                    }
                    sum.Store(to + i);
                }
                if (i == columns)
                    continue;
                V rest = V.Zero;
                for (int j = 0; j < slots; j++)
                {
                    if (place[j] >= 0)
                        rest = V.FusedMultiplyAdd(V.Of(weight[j]), Part.Load<V>(rows + (long)place[j] * columns + i, columns - i, 0), rest);
                }
                Part.Store(rest, to + i, columns - i);
            }
        }
    }

    private readonly struct CombineRowsGradientRows(float* dy, float* weights, int* order, float* dRows, int slots, int columns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* to = dRows + (long)row * columns;
                int pair = order[row];
                if (pair < 0)
                {
                    new Span<float>(to, columns).Clear();
                    continue;
                }
                float* from = dy + (long)(pair / slots) * columns;
                V weight = V.Of(weights[pair]);
                int i = 0;
                for (; i + V.Count <= columns; i += V.Count)
                    (V.Load(from + i) * weight).Store(to + i);
                for (; i < columns; i++)
                    to[i] = from[i] * weights[pair];
            }
        }
    }

    private readonly struct CombineWeightsGradientTokens(float* dy, float* rows, int* position, float* dWeights, int slots, int columns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int pair = first * slots; pair < end * slots; pair++)
            {
                dWeights[pair] = position[pair] < 0
                    ? 0
                    : RowStatistics.Dot<V>(dy + (long)(pair / slots) * columns, rows + (long)position[pair] * columns, columns);
            }
        }
    }
}
