namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Pairs of columns of each head turned by the angles of their place; see <see cref="Ops.Rotary"/>.</summary>
    public static void Rotary(CpuDevice cpu, View<float> x, View<float> table, View<float> y, int Heads, RotaryPairs Pairs, bool IsBack)
    {
        RotaryRows rows = new(x.Pointer, table.Pointer, y.Pointer, x.Extents[1], Heads, x.Columns / Heads, table.Columns / 2, Pairs, IsBack);
        cpu.RunRows(rows, x.Rows, 2L * x.Columns);
    }

    /// <summary>The cosines and the sines of the angles of each place; see <see cref="Ops.RotaryTable"/>. In double precision, then rounded.</summary>
    public static void RotaryTable(CpuDevice cpu, View<float> table, float Base) =>
        cpu.RunRows(new RotaryTableRows(table.Pointer, table.Columns / 2, Base), table.Rows, 40L * table.Columns);

    private readonly struct RotaryRows(float* x, float* table, float* y, int places, int heads, int size, int half, RotaryPairs pairs, bool isBack) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* angles = table + (long)(row % places) * 2 * half;
                for (int head = 0; head < heads; head++)
                {
                    long at = ((long)row * heads + head) * size;
                    if (pairs == RotaryPairs.Halves)
                        TurnHalves<V>(x + at, angles, y + at);
                    else
                        TurnNeighbors(x + at, angles, y + at);
                    for (int i = 2 * half; i < size; i++)
                        y[at + i] = x[at + i];
                }
            }
        }

        private void TurnHalves<V>(float* from, float* angles, float* to) where V : unmanaged, ILanes<V>
        {
            int i = 0;
            for (; i + V.Count <= half; i += V.Count)
                Turn<V>(from + i, angles + i, to + i);
            for (; i < half; i++)
                Turn<Lanes1>(from + i, angles + i, to + i);
        }

        private void Turn<V>(float* from, float* angles, float* to) where V : unmanaged, ILanes<V>
        {
            (V first, V second) = (V.Load(from), V.Load(from + half));
            (V cosine, V sine) = (V.Load(angles), V.Load(angles + half));
            sine = isBack ? -sine : sine;
            V.FusedMultiplyAdd(first, cosine, -(second * sine)).Store(to);
            V.FusedMultiplyAdd(second, cosine, first * sine).Store(to + half);
        }

        private void TurnNeighbors(float* from, float* angles, float* to)
        {
            for (int i = 0; i < half; i++)
            {
                (float first, float second) = (from[2 * i], from[2 * i + 1]);
                float sine = isBack ? -angles[half + i] : angles[half + i];
                to[2 * i] = MathF.FusedMultiplyAdd(first, angles[i], -(second * sine));
                to[2 * i + 1] = MathF.FusedMultiplyAdd(second, angles[i], first * sine);
            }
        }
    }

    private readonly struct RotaryTableRows(float* table, int half, float waves) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int place = first; place < end; place++)
            {
                float* row = table + (long)place * 2 * half;
                for (int i = 0; i < half; i++)
                {
                    (double sine, double cosine) = Math.SinCos(place * Math.Pow(waves, -(double)i / half));
                    (row[i], row[half + i]) = ((float)cosine, (float)sine);
                }
            }
        }
    }
}
