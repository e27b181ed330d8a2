namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = log(sum(exp(x))) over the innermost extent: f32[..., N] gives f32[...].</summary>
    public static void LogSumExp(CpuDevice cpu, View<float> x, View<float> y) =>
        cpu.RunRows(new LogSumExpRows(x.Pointer, y.Pointer, x.Columns), x.Rows, (long)x.Columns * ExponentialWork);

    private readonly struct LogSumExpRows(float* x, float* y, int columns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + (long)row * columns;
                float maximum = RowStatistics.Maximum<V>(from, columns);
                y[row] = maximum + RowStatistics.LogSumAboveMaximum<V>(from, maximum, columns);
            }
        }
    }
}
