namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>
    /// With h the normalized row and g = dy * weight: dx = scale (g - mean(g) - h mean(g h)), dWeight = sum(dy h), dBias = sum(dy), the
    /// sums over rows.
    /// </summary>
    public static void LayerNormGradient(
        CpuDevice cpu, View<float> x, View<float> weight, View<float> dy, View<float> dx, View<float> dWeight, View<float> dBias, float Epsilon)
    {
        using RowBlocks blocks = new(x.Rows, 2 * x.Columns);
        cpu.RunRows(
            new LayerNormGradientRows(blocks.Partial, x.Pointer, weight.Pointer, dy.Pointer, dx.Pointer, x.Columns, Epsilon),
            blocks.Partial.Blocks, blocks.Partial.BlockRows * 6L * x.Columns);
        blocks.Partial.AddUp(dWeight.Pointer, 0, x.Columns);
        blocks.Partial.AddUp(dBias.Pointer, x.Columns, x.Columns);
    }

    private readonly struct LayerNormGradientRows(
        RowPartials partials, float* x, float* weight, float* dy, float* dx, int columns, float epsilon) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int block = first; block < end; block++)
            {
                float* dWeight = partials.Clear(block);
                for (int row = partials.FirstRow(block); row < partials.FirstRow(block + 1); row++)
                    Row<V>(x + (long)row * columns, dy + (long)row * columns, dx + (long)row * columns, dWeight, dWeight + columns);
            }
        }

        private void Row<V>(float* x, float* dy, float* dx, float* dWeight, float* dBias) where V : unmanaged, ILanes<V>
        {
            (float rowMean, float rowScale) = Normalization<V>(x, columns, epsilon);
            (V mean, V scale, V sumG, V sumGh) = (V.Of(rowMean), V.Of(rowScale), V.Zero, V.Zero);
            int i = 0;
            for (; i + V.Count <= columns; i += V.Count)
            {
                V up = V.Load(dy + i);
                V h = (V.Load(x + i) - mean) * scale;
                V g = up * V.Load(weight + i);
                sumG += g;
                sumGh = V.FusedMultiplyAdd(g, h, sumGh);
                V.FusedMultiplyAdd(up, h, V.Load(dWeight + i)).Store(dWeight + i);
                (V.Load(dBias + i) + up).Store(dBias + i);
            }
            int rest = columns - i;
            if (rest > 0)
            {
                V up = Part.Load<V>(dy + i, rest, 0);
                V h = (Part.Load<V>(x + i, rest, 0) - mean) * scale;
                V g = up * Part.Load<V>(weight + i, rest, 0);
                sumG += g;
                sumGh = V.FusedMultiplyAdd(g, h, sumGh);
                Part.Store(V.FusedMultiplyAdd(up, h, Part.Load<V>(dWeight + i, rest, 0)), dWeight + i, rest);
                Part.Store(Part.Load<V>(dBias + i, rest, 0) + up, dBias + i, rest);
            }
            V meanG = V.Of(V.SumAcross(sumG) / columns);
            V meanGh = V.Of(V.SumAcross(sumGh) / columns);
            for (i = 0; i + V.Count <= columns; i += V.Count)
                Slope(V.Load(x + i), V.Load(dy + i), V.Load(weight + i)).Store(dx + i);
            if (rest > 0)
                Part.Store(Slope(Part.Load<V>(x + i, rest, 0), Part.Load<V>(dy + i, rest, 0), Part.Load<V>(weight + i, rest, 0)), dx + i, rest);

            V Slope(V x, V dy, V weight)
            {
                V h = (x - mean) * scale;
                return scale * (dy * weight - meanG - h * meanGh);
            }
        }
    }
}
