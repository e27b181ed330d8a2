namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>What a row's exponentials cost beside its elements.</summary>
    private const int ExponentialWork = 4;

    /// <summary>y = exp(x) / sum(exp(x)) over the innermost extent.</summary>
    public static void Softmax(CpuDevice cpu, View<float> x, View<float> y) =>
        cpu.RunRows(new SoftmaxRows(x.Pointer, y.Pointer, x.Columns), x.Rows, (long)x.Columns * ExponentialWork);

    /// <summary>dx = y (dy - sum(y dy)).</summary>
    public static void SoftmaxGradient(CpuDevice cpu, View<float> y, View<float> dy, View<float> dx) =>
        cpu.RunRows(new SoftmaxGradientRows(y.Pointer, dy.Pointer, dx.Pointer, y.Columns), y.Rows, y.Columns);

    private readonly struct SoftmaxRows(float* x, float* y, int columns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + (long)row * columns;
                float* to = y + (long)row * columns;
                float maximum = RowStatistics.Maximum<V>(from, columns);
                V share = V.Of(1 / RowStatistics.Exponentials<V>(from, to, maximum, columns));
                int i = 0;
                for (; i + V.Count <= columns; i += V.Count)
                    (V.Load(to + i) * share).Store(to + i);
                if (i < columns)
                    Part.Store(Part.Load<V>(to + i, columns - i, 0) * share, to + i, columns - i);
            }
        }
    }

    private readonly struct SoftmaxGradientRows(float* y, float* dy, float* dx, int columns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                long offset = (long)row * columns;
                V sum = V.Of(RowStatistics.Dot<V>(y + offset, dy + offset, columns));
                int i = 0;
                for (; i + V.Count <= columns; i += V.Count)
                    (V.Load(y + offset + i) * (V.Load(dy + offset + i) - sum)).Store(dx + offset + i);
                if (i < columns)
                {
                    V rest = Part.Load<V>(y + offset + i, columns - i, 0) * (Part.Load<V>(dy + offset + i, columns - i, 0) - sum);
                    Part.Store(rest, dx + offset + i, columns - i);
                }
            }
        }
    }
}
