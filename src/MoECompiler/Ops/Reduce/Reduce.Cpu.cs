namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = sum, mean, greatest or least element of x along the axes, ascending. Of nothing: 0, NaN, -infinity, infinity.</summary>
    public static void Reduce(CpuDevice cpu, View<float> x, View<float> y, Reduction Kind, ReadOnlySpan<int> Axes)
    {
        ReductionAxes axes = new(x.Extents, Axes);
        float count = 1;
        foreach (int axis in Axes)
            count *= x.Extents[axis];
        switch (Kind)
        {
            case Reduction.Max: Reduce<MaxReducer>(cpu, axes, x, y, 1); break;
            case Reduction.Min: Reduce<MinReducer>(cpu, axes, x, y, 1); break;
            default: Reduce<SumReducer>(cpu, axes, x, y, Kind == Reduction.Mean ? count : 1); break;
        }
    }

    /// <summary>y = x summed over the extents that y lacks or has as 1.</summary>
    public static void SumTo(CpuDevice cpu, View<float> x, View<float> y) =>
        Reduce<SumReducer>(cpu, new ReductionAxes(x.Extents, y.Extents), x, y, 1);

    private static void Reduce<TReducer>(CpuDevice cpu, ReductionAxes axes, View<float> x, View<float> y, float divisor)
        where TReducer : unmanaged, IReducer
    {
        if (y.Count == 0)
            return;
        if (y.Count == 1)
            ReduceAll<TReducer>(cpu, x, y.Pointer, divisor);
        else if (axes.IsInnermostReduced)
            cpu.RunRows(new RunReduction<TReducer>(axes, x.Pointer, y.Pointer, divisor), (int)y.Count, x.Count / y.Count);
        else
            RunColumnReduction<TReducer>(cpu, axes, x.Pointer, y.Pointer, divisor);
    }

    /// <summary>Blocks of fixed extent are reduced each for itself, then their results in order.</summary>
    private static void ReduceAll<TReducer>(CpuDevice cpu, View<float> x, float* y, float divisor) where TReducer : unmanaged, IReducer
    {
        const int MaximumBlocks = 256;
        int count = checked((int)x.Count);
        int block = Math.Max(4096, (count + MaximumBlocks - 1) / MaximumBlocks);
        int blocks = Math.Max(1, (count + block - 1) / block);
        float* partial = stackalloc float[MaximumBlocks];
        cpu.RunRows(new BlockReduction<TReducer>(x.Pointer, count, block, partial), blocks, block);
        cpu.RunRows(new BlockReduction<TReducer>(partial, blocks, blocks, y), 1, blocks);
        *y /= divisor;
    }

    private readonly struct BlockReduction<TReducer>(float* x, int count, int block, float* partial) : IRowKernel
        where TReducer : unmanaged, IReducer
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int i = first; i < end; i++)
                partial[i] = RowStatistics.Reduce<TReducer, V>(default, x + (long)i * block, Math.Min(block, count - i * block));
        }
    }

    /// <summary>A result at a time, over all of its runs.</summary>
    private readonly struct RunReduction<TReducer>(ReductionAxes axes, float* x, float* y, float divisor) : IRowKernel
        where TReducer : unmanaged, IReducer
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            ReductionAxes all = axes;
            int runs = all.OuterCount(reduced: true);
            for (int i = first; i < end; i++)
            {
                float* start = x + all.OffsetOf(i, reduced: false);
                V lanes = V.Of(TReducer.Identity);
                for (int run = 0; run < runs; run++)
                    lanes = RowStatistics.Join(default(TReducer), lanes, start + all.OffsetOf(run, reduced: true), all.Run);
                y[i] = TReducer.Across(lanes) / divisor;
            }
        }
    }
}
