namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Rows that are joined in registers before they are joined to the total: it bounds the error of a long sum.</summary>
    private const int ReductionBlock = 64;

    private static void RunColumnReduction<TReducer>(CpuDevice cpu, ReductionAxes axes, float* x, float* y, float divisor)
        where TReducer : unmanaged, IReducer
    {
        int stripes = (axes.Run + SixteenLanes.Count - 1) / SixteenLanes.Count;
        int pieces = checked(axes.OuterCount(reduced: false) * stripes);
        cpu.RunRows(
            new ColumnReduction<TReducer>(axes, stripes, x, y, divisor), pieces, (long)axes.OuterCount(reduced: true) * SixteenLanes.Count);
    }

    /// <summary>Sixteen results at a time, each in a lane of its own, over all rows in order.</summary>
    private readonly struct ColumnReduction<TReducer>(ReductionAxes axes, int stripes, float* x, float* y, float divisor) : IRowKernel
        where TReducer : unmanaged, IReducer
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            ReductionAxes all = axes;
            int piece = first;
            while (piece < end)
            {
                (int outer, int stripe) = Math.DivRem(piece, stripes);
                int column = stripe * V.Count;
                float* from = x + all.OffsetOf(outer, reduced: false) + column;
                float* to = y + (long)outer * all.Run + column;
                if (stripe + 4 <= stripes && piece + 4 <= end && column + 4 * V.Count <= all.Run)
                {
                    Four<V>(all, from, to);
                    piece += 4;
                    continue;
                }
                One<V>(all, from, to, Math.Min(V.Count, all.Run - column));
                piece++;
            }
        }

        /// <summary>Four stripes side by side: a cache line of each row after the other is read in order.</summary>
        private void Four<V>(in ReductionAxes all, float* from, float* to) where V : unmanaged, ILanes<V>
        {
            V identity = V.Of(TReducer.Identity);
            (V total0, V total1, V total2, V total3) = (identity, identity, identity, identity);
            int rows = all.OuterCount(reduced: true);
            for (int block = 0; block < rows; block += ReductionBlock)
            {
                (V lanes0, V lanes1, V lanes2, V lanes3) = (identity, identity, identity, identity);
                for (int row = block; row < Math.Min(rows, block + ReductionBlock); row++)
                {
                    float* x = from + all.OffsetOf(row, reduced: true);
                    lanes0 = TReducer.Join(lanes0, V.Load(x));
                    lanes1 = TReducer.Join(lanes1, V.Load(x + V.Count));
                    lanes2 = TReducer.Join(lanes2, V.Load(x + 2 * V.Count));
                    lanes3 = TReducer.Join(lanes3, V.Load(x + 3 * V.Count));
                }
                total0 = TReducer.Join(total0, lanes0);
                total1 = TReducer.Join(total1, lanes1);
                total2 = TReducer.Join(total2, lanes2);
                total3 = TReducer.Join(total3, lanes3);
            }
            V by = V.Of(divisor);
            (total0 / by).Store(to);
            (total1 / by).Store(to + V.Count);
            (total2 / by).Store(to + 2 * V.Count);
            (total3 / by).Store(to + 3 * V.Count);
        }

        private void One<V>(in ReductionAxes all, float* from, float* to, int count) where V : unmanaged, ILanes<V>
        {
            V identity = V.Of(TReducer.Identity);
            V total = identity;
            int rows = all.OuterCount(reduced: true);
            for (int block = 0; block < rows; block += ReductionBlock)
            {
                V lanes = identity;
                for (int row = block; row < Math.Min(rows, block + ReductionBlock); row++)
                {
                    float* x = from + all.OffsetOf(row, reduced: true);
                    lanes = TReducer.Join(lanes, count == V.Count ? V.Load(x) : Part.Load<V>(x, count, 0));
                }
                total = TReducer.Join(total, lanes);
            }
            total /= V.Of(divisor);
            if (count == V.Count)
                total.Store(to);
            else
                Part.Store(total, to, count);
        }
    }
}
