namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = x / sqrt(mean(x^2) + epsilon) * weight over the innermost extent.</summary>
    public static void RmsNorm(CpuDevice cpu, View<float> x, View<float> weight, View<float> y, float Epsilon) => RmsNormOf(cpu, x, weight, y, Epsilon);

    /// <inheritdoc cref="RmsNorm(CpuDevice, View{float}, View{float}, View{float}, float)"/>
    public static void RmsNorm(CpuDevice cpu, View<float> x, View<float> weight, View<Half> y, float Epsilon) => RmsNormOf(cpu, x, weight, y, Epsilon);

    /// <inheritdoc cref="RmsNorm(CpuDevice, View{float}, View{float}, View{float}, float)"/>
    public static void RmsNorm(CpuDevice cpu, View<float> x, View<float> weight, View<BFloat16> y, float Epsilon) => RmsNormOf(cpu, x, weight, y, Epsilon);

    private static void RmsNormOf<T>(CpuDevice cpu, View<float> x, View<float> weight, View<T> y, float epsilon) where T : unmanaged =>
        cpu.RunRows(new RmsNormRows<T>(x.Pointer, weight.Pointer, y.Pointer, x.Columns, epsilon), x.Rows, 2L * x.Columns);

    /// <summary>
    /// With h the normalized row and g = dy * weight: dx = scale (g - h mean(g h)), dWeight = sum over rows of dy h.
    /// </summary>
    public static void RmsNormGradient(
        CpuDevice cpu, View<float> x, View<float> weight, View<float> dy, View<float> dx, View<float> dWeight, float Epsilon)
    {
        using RowBlocks blocks = new(x.Rows, x.Columns);
        cpu.RunRows(
            new RmsNormGradientRows(blocks.Partial, x.Pointer, weight.Pointer, dy.Pointer, dx.Pointer, x.Columns, Epsilon),
            blocks.Partial.Blocks, blocks.Partial.BlockRows * 5L * x.Columns);
        blocks.Partial.AddUp(dWeight.Pointer, 0, x.Columns);
    }

    private static float RmsScale<V>(float* x, int columns, float epsilon) where V : unmanaged, ILanes<V> =>
        1 / MathF.Sqrt(RowStatistics.Dot<V>(x, x, columns) / columns + epsilon);

    private readonly struct RmsNormRows<T>(float* x, float* weight, T* y, int columns, float epsilon) : IRowKernel where T : unmanaged
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + (long)row * columns;
                T* to = y + (long)row * columns;
                V scale = V.Of(RmsScale<V>(from, columns, epsilon));
                int i = 0;
                for (; i + V.Count <= columns; i += V.Count)
                    Stored.Store(V.Load(from + i) * scale * V.Load(weight + i), to + i);
                if (i < columns)
                    Stored.Store(Part.Load<V>(from + i, columns - i, 0) * scale * Part.Load<V>(weight + i, columns - i, 0), to + i, columns - i);
            }
        }
    }

    private readonly struct RmsNormGradientRows(
        RowPartials partials, float* x, float* weight, float* dy, float* dx, int columns, float epsilon) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int block = first; block < end; block++)
            {
                float* dWeight = partials.Clear(block);
                for (int row = partials.FirstRow(block); row < partials.FirstRow(block + 1); row++)
                    Row<V>(x + (long)row * columns, dy + (long)row * columns, dx + (long)row * columns, dWeight);
            }
        }

        private void Row<V>(float* x, float* dy, float* dx, float* dWeight) where V : unmanaged, ILanes<V>
        {
            V scale = V.Of(RmsScale<V>(x, columns, epsilon));
            V sumGh = V.Zero;
            int i = 0;
            for (; i + V.Count <= columns; i += V.Count)
            {
                V up = V.Load(dy + i);
                V h = V.Load(x + i) * scale;
                sumGh = V.FusedMultiplyAdd(up * V.Load(weight + i), h, sumGh);
                V.FusedMultiplyAdd(up, h, V.Load(dWeight + i)).Store(dWeight + i);
            }
            int rest = columns - i;
            if (rest > 0)
            {
                V up = Part.Load<V>(dy + i, rest, 0);
                V h = Part.Load<V>(x + i, rest, 0) * scale;
                sumGh = V.FusedMultiplyAdd(up * Part.Load<V>(weight + i, rest, 0), h, sumGh);
                Part.Store(V.FusedMultiplyAdd(up, h, Part.Load<V>(dWeight + i, rest, 0)), dWeight + i, rest);
            }
            V meanGh = V.Of(V.SumAcross(sumGh) / columns);
            for (i = 0; i + V.Count <= columns; i += V.Count)
                Slope(V.Load(x + i), V.Load(dy + i), V.Load(weight + i)).Store(dx + i);
            if (rest > 0)
                Part.Store(Slope(Part.Load<V>(x + i, rest, 0), Part.Load<V>(dy + i, rest, 0), Part.Load<V>(weight + i, rest, 0)), dx + i, rest);

            V Slope(V x, V dy, V weight) => scale * (dy * weight - x * scale * meanGh);
        }
    }
}
