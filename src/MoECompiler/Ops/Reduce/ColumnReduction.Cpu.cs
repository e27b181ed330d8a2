namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    private static void RunColumnReduction<TReducer>(CpuDevice cpu, ReductionAxes axes, float* x, float* y, float divisor)
        where TReducer : unmanaged, IReducer
    {
        int width = ColumnReduction<TReducer>.WidthOf(axes.Run);
        int stripes = (axes.Run + width - 1) / width;
        int pieces = checked(axes.OuterCount(reduced: false) * stripes);
        cpu.RunRows(new ColumnReduction<TReducer>(axes, stripes, width, x, y, divisor), pieces, (long)axes.OuterCount(reduced: true) * width);
    }

    /// <summary>
    /// A stripe of results at a time, each over all rows in order; so the stripes' width is free. Rows are joined in blocks and the blocks to
    /// the total: that bounds the error of a long sum.
    /// </summary>
    private readonly struct ColumnReduction<TReducer>(ReductionAxes axes, int stripes, int width, float* x, float* y, float divisor) : IRowKernel
        where TReducer : unmanaged, IReducer
    {
        private const int BlockRows = 64;
        private const int MaximumWidth = 512;

        /// <summary>Some stripes for the threads to share, none of them narrower than a few cache lines.</summary>
        public static int WidthOf(int columns) => Math.Clamp(columns / 4 & ~63, 64, MaximumWidth);

        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            ReductionAxes all = axes;
            float* block = stackalloc float[MaximumWidth];
            float* total = stackalloc float[MaximumWidth];
            int rows = all.OuterCount(reduced: true);
            for (int piece = first; piece < end; piece++)
            {
                (int outer, int stripe) = Math.DivRem(piece, stripes);
                int column = stripe * width;
                int count = Math.Min(width, all.Run - column);
                float* from = x + all.OffsetOf(outer, reduced: false) + column;
                new Span<float>(total, count).Fill(TReducer.Identity);
                for (int row = 0; row < rows; row += BlockRows)
                {
                    new Span<float>(block, count).Fill(TReducer.Identity);
                    JoinBlock<V>(all, from, row, Math.Min(rows, row + BlockRows), block, count);
                    JoinRow<V>(total, block, count);
                }
                float* to = y + (long)outer * all.Run + column;
                for (int i = 0; i < count; i++)
                    to[i] = total[i] / divisor;
            }
        }

        /// <summary>Four rows at a time, so that the lanes are read and written once for all of them; each is still joined in order.</summary>
        private static void JoinBlock<V>(in ReductionAxes all, float* from, int row, int end, float* block, int count) where V : unmanaged, ILanes<V>
        {
            for (; row + 4 <= end; row += 4)
            {
                float* a = from + all.OffsetOf(row, reduced: true);
                float* b = from + all.OffsetOf(row + 1, reduced: true);
                float* c = from + all.OffsetOf(row + 2, reduced: true);
                float* d = from + all.OffsetOf(row + 3, reduced: true);
                JoinFour<Lanes1>(JoinFour<V>(0, block, a, b, c, d, count), block, a, b, c, d, count);
            }
            for (; row < end; row++)
                JoinRow<V>(block, from + all.OffsetOf(row, reduced: true), count);
        }

        private static int JoinFour<W>(int i, float* lanes, float* a, float* b, float* c, float* d, int count) where W : unmanaged, ILanes<W>
        {
            for (; i + W.Count <= count; i += W.Count)
            {
                W joined = TReducer.Join(TReducer.Join(W.Load(lanes + i), W.Load(a + i)), W.Load(b + i));
                TReducer.Join(TReducer.Join(joined, W.Load(c + i)), W.Load(d + i)).Store(lanes + i);
            }
            return i;
        }

        private static void JoinRow<V>(float* lanes, float* row, int count) where V : unmanaged, ILanes<V> =>
            JoinOne<Lanes1>(JoinOne<V>(0, lanes, row, count), lanes, row, count);

        private static int JoinOne<W>(int i, float* lanes, float* row, int count) where W : unmanaged, ILanes<W>
        {
            for (; i + W.Count <= count; i += W.Count)
                TReducer.Join(W.Load(lanes + i), W.Load(row + i)).Store(lanes + i);
            return i;
        }
    }
}
