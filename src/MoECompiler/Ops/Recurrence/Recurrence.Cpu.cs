namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>A state carried along sequences; see <see cref="Ops.Recurrence"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="x">f32[B, T, N].</param>
    /// <param name="decay">f32[N].</param>
    /// <param name="y">f32[B, T, N].</param>
    /// <param name="Reverse">From the end on.</param>
    public static void Recurrence(CpuDevice cpu, View<float> x, View<float> decay, View<float> y, bool Reverse)
    {
        int length = y.Extents[1];
        cpu.RunRows(new RecurrenceRows(x.Pointer, decay.Pointer, y.Pointer, length, y.Columns, Reverse), y.Extents[0], 2L * length * y.Columns);
    }

    /// <summary>Sequence by sequence: a state is what was just written.</summary>
    private readonly struct RecurrenceRows(float* x, float* decay, float* y, int length, int columns, bool reverse) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int sequence = first; sequence < end; sequence++)
            {
                for (int step = 0; step < length; step++)
                {
                    int at = reverse ? length - 1 - step : step;
                    long row = ((long)sequence * length + at) * columns;
                    if (step == 0)
                        System.Buffer.MemoryCopy(x + row, y + row, columns * sizeof(float), columns * sizeof(float));
                    else
                        Next<V>(row, reverse ? row + columns : row - columns);
                }
            }
        }

        private void Next<V>(long row, long before) where V : unmanaged, ILanes<V>
        {
            int i = 0;
            for (; i + V.Count <= columns; i += V.Count)
                (V.Load(decay + i) * V.Load(y + before + i) + V.Load(x + row + i)).Store(y + row + i);
            for (; i < columns; i++)
                y[row + i] = decay[i] * y[before + i] + x[row + i];
        }
    }
}
