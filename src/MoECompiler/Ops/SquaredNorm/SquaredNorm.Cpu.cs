namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = the sum of x^2 over the innermost extent: f32[..., N] gives f32[...].</summary>
    public static void SquaredNorm(CpuDevice cpu, View<float> x, View<float> y) =>
        cpu.RunRows(new SquaredNormRows(x.Pointer, y.Pointer, x.Columns), (int)y.Count, x.Columns);

    private readonly struct SquaredNormRows(float* x, float* y, int columns) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + (long)row * columns;
                V sum = V.Zero;
                int i = 0;
                for (; i + V.Count <= columns; i += V.Count)
                    sum = V.FusedMultiplyAdd(V.Load(from + i), V.Load(from + i), sum);
                if (i < columns)
                {
                    V rest = Part.Load<V>(from + i, columns - i, 0);
                    sum = V.FusedMultiplyAdd(rest, rest, sum);
                }
                y[row] = V.SumAcross(sum);
            }
        }
    }
}
