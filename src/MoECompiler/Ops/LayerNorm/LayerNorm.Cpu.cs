namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * weight + bias over the innermost extent.</summary>
    public static void LayerNorm(CpuDevice cpu, View<float> x, View<float> weight, View<float> bias, View<float> y, float Epsilon) => LayerNormOf(cpu, x, weight, bias, y, Epsilon);

    /// <inheritdoc cref="LayerNorm(CpuDevice, View{float}, View{float}, View{float}, View{float}, float)"/>
    public static void LayerNorm(CpuDevice cpu, View<float> x, View<float> weight, View<float> bias, View<Half> y, float Epsilon) => LayerNormOf(cpu, x, weight, bias, y, Epsilon);

    /// <inheritdoc cref="LayerNorm(CpuDevice, View{float}, View{float}, View{float}, View{float}, float)"/>
    public static void LayerNorm(CpuDevice cpu, View<float> x, View<float> weight, View<float> bias, View<BFloat16> y, float Epsilon) => LayerNormOf(cpu, x, weight, bias, y, Epsilon);

    private static void LayerNormOf<T>(CpuDevice cpu, View<float> x, View<float> weight, View<float> bias, View<T> y, float epsilon) where T : unmanaged =>
        cpu.RunRows(new LayerNormRows<T>(x.Pointer, weight.Pointer, bias.Pointer, y.Pointer, x.Columns, epsilon), x.Rows, 2L * x.Columns);

    /// <summary>The mean of a row and 1 / sqrt(variance + epsilon), the variance of the differences from that mean.</summary>
    private static (float Mean, float Scale) Normalization<V>(float* x, int columns, float epsilon) where V : unmanaged, ILanes<V>
    {
        float mean = RowStatistics.Sum<V>(x, columns) / columns;
        float variance = RowStatistics.Reduce<SquaredDistanceReducer, V>(new(mean), x, columns) / columns;
        return (mean, 1 / MathF.Sqrt(variance + epsilon));
    }

    private readonly struct LayerNormRows<T>(float* x, float* weight, float* bias, T* y, int columns, float epsilon) : IRowKernel where T : unmanaged
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + (long)row * columns;
                T* to = y + (long)row * columns;
                (float rowMean, float rowScale) = Normalization<V>(from, columns, epsilon);
                (V mean, V scale) = (V.Of(rowMean), V.Of(rowScale));
                int i = 0;
                for (; i + V.Count <= columns; i += V.Count)
                    Stored.Store(V.FusedMultiplyAdd((V.Load(from + i) - mean) * scale, V.Load(weight + i), V.Load(bias + i)), to + i);
                if (i == columns)
                    continue;
                V h = (Part.Load<V>(from + i, columns - i, 0) - mean) * scale;
                V rest = V.FusedMultiplyAdd(h, Part.Load<V>(weight + i, columns - i, 0), Part.Load<V>(bias + i, columns - i, 0));
                Stored.Store(rest, to + i, columns - i);
            }
        }
    }
}
