namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The states of a gated recurrent unit; see <see cref="Ops.GatedRecurrence"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="x">f32[B, T, 3 N].</param>
    /// <param name="weight">f32[N, 3 N].</param>
    /// <param name="y">f32[B, T, N].</param>
    public static void GatedRecurrence(CpuDevice cpu, View<float> x, View<float> weight, View<float> y)
    {
        int length = y.Extents[1];
        cpu.RunRows(new GatedRows(x.Pointer, weight.Pointer, y.Pointer, length, y.Columns), y.Extents[0], 6L * length * y.Columns * y.Columns);
    }

    /// <summary>The gradients of its states; see <see cref="Ops.GatedRecurrenceGradient"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="dy">f32[B, T, N].</param>
    /// <param name="keep">f32[B, T, N].</param>
    /// <param name="factors">f32[B, T, 3 N].</param>
    /// <param name="back">f32[3 N, N].</param>
    /// <param name="y">f32[B, T, N].</param>
    public static void GatedRecurrenceGradient(CpuDevice cpu, View<float> dy, View<float> keep, View<float> factors, View<float> back, View<float> y)
    {
        int length = y.Extents[1];
        GatedBackRows rows = new(dy.Pointer, keep.Pointer, factors.Pointer, back.Pointer, y.Pointer, length, y.Columns);
        cpu.RunRows(rows, y.Extents[0], 6L * length * y.Columns * y.Columns);
    }

    /// <summary>Sequence by sequence: a state is what was just written.</summary>
    private readonly struct GatedRows(float* x, float* weight, float* y, int length, int width) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            int whole = width - width % V.Count;
            for (long sequence = first; sequence < end; sequence++)
            {
                for (int step = 0; step < length; step++)
                {
                    long row = sequence * length + step;
                    Place<V>(row, step == 0, 0, whole);
                    Place<Lanes1>(row, step == 0, whole, width);
                }
            }
        }

        /// <summary>Some columns of a place; each sum in the order of the state's columns, whatever the lanes.</summary>
        private void Place<V>(long row, bool isFirst, int from, int to) where V : unmanaged, ILanes<V>
        {
            float* known = x + 3 * row * width;
            float* state = y + row * width;
            float* before = state - width;
            for (int i = from; i < to; i += V.Count)
            {
                (V reset, V update, V candidate) = (V.Zero, V.Zero, V.Zero);
                for (int k = 0; k < width && !isFirst; k++)
                {
                    V factor = V.Of(before[k]);
                    float* at = weight + 3L * k * width + i;
                    reset += factor * V.Load(at);
                    update += factor * V.Load(at + width);
                    candidate += factor * V.Load(at + 2 * width);
                }
                V r = Lane.Sigmoid(V.Load(known + i) + reset);
                V z = Lane.Sigmoid(V.Load(known + width + i) + update);
                V n = Lane.Tanh(V.Load(known + 2 * width + i) + r * candidate);
                (n + z * ((isFirst ? V.Zero : V.Load(before + i)) - n)).Store(state + i);
            }
        }
    }

    /// <summary>Sequence by sequence, from its end.</summary>
    private readonly struct GatedBackRows(float* dy, float* keep, float* factors, float* back, float* y, int length, int width) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            int whole = width - width % V.Count;
            for (long sequence = first; sequence < end; sequence++)
            {
                for (int step = length - 1; step >= 0; step--)
                {
                    long row = sequence * length + step;
                    Place<V>(row, step == length - 1, 0, whole);
                    Place<Lanes1>(row, step == length - 1, whole, width);
                }
            }
        }

        private void Place<V>(long row, bool isLast, int from, int to) where V : unmanaged, ILanes<V>
        {
            float* gradient = y + row * width;
            float* after = gradient + width;
            float* factor = factors + 3 * (row + 1) * width;
            for (int k = from; k < to; k += V.Count)
            {
                V sum = V.Load(dy + row * width + k);
                if (!isLast)
                {
                    sum += V.Load(keep + (row + 1) * width + k) * V.Load(after + k);
                    for (int i = 0; i < width; i++)
                    {
                        float* at = back + (long)i * width + k;
                        long third = (long)width * width;
                        V slope = V.Of(factor[i]) * V.Load(at) + V.Of(factor[width + i]) * V.Load(at + third) + V.Of(factor[2 * width + i]) * V.Load(at + 2 * third);
                        sum += V.Of(after[i]) * slope;
                    }
                }
                sum.Store(gradient + k);
            }
        }
    }
}
