using System.Runtime.Intrinsics;

namespace MoECompiler.Training;

/// <summary>All trained parameters, cut into blocks: one fork of the threads serves a whole model, however many parameters it has.</summary>
internal sealed unsafe class UpdateBlocks : IDisposable
{
    private readonly CpuDevice _device;
    private readonly Buffer _memory;
    private readonly int _count;

    // The blocks hold addresses: what they look at has to live as long.
    private readonly IReadOnlyList<TrainedParameter> _trained;

    public UpdateBlocks(CpuDevice device, IReadOnlyList<TrainedParameter> trained)
    {
        _device = device;
        _trained = trained;
        _count = checked((int)trained.Sum(static item => (item.Parameter.Count + UpdateBlock.MaximumCount - 1) / UpdateBlock.MaximumCount));
        _memory = device.Allocate(_count * (long)sizeof(UpdateBlock));
        UpdateBlock* block = Blocks;
        foreach (TrainedParameter item in trained)
        {
            for (long at = 0; at < item.Parameter.Count; at += UpdateBlock.MaximumCount)
                *block++ = Cut(item, at);
        }
    }

    private UpdateBlock* Blocks => (UpdateBlock*)_memory.Address;

    /// <summary>Updates all elements, each gradient multiplied by <paramref name="scale"/> first.</summary>
    public void Run<TRule>(TRule rule, float scale) where TRule : unmanaged, IUpdateRule
    {
        _device.Team.RunWidest(new UpdateJob<TRule>(Blocks, rule, scale), _count);
        GC.KeepAlive(_trained);
    }

    /// <summary>See <see cref="Updater.Accumulate"/>.</summary>
    public void Accumulate(float kept, float added, bool isLast)
    {
        _device.Team.RunWidest(new AccumulateJob(Blocks, kept, added, isLast), _count);
        GC.KeepAlive(_trained);
    }

    /// <summary>Moves all elements.</summary>
    public void Perturb(Perturbation perturbation)
    {
        _device.Team.RunWidest(new PerturbJob(Blocks, perturbation), _count);
        GC.KeepAlive(_trained);
    }

    /// <summary>The sum of the squares of all gradients: in double, block by block, so that its bits do not depend on threads.</summary>
    public double SumGradientSquares()
    {
        SumSquaresJob job = new(Blocks);
        _device.Team.Run(ref job, _count);
        GC.KeepAlive(_trained);
        double sum = 0;
        for (int i = 0; i < _count; i++)
            sum += Blocks[i].GradientSquares;
        return sum;
    }

    public void Dispose() => _memory.Dispose();

    private static UpdateBlock Cut(TrainedParameter item, long at) => new()
    {
        Master = item.Master.Pointer + at,
        Stored = item.Parameter.Stored.Address + at * item.Parameter.ElementType.Bytes(),
        Type = item.Parameter.ElementType,
        Gradient = item.Parameter.HasGradient ? item.Parameter.Gradient.Pointer + at : null,
        Accumulated = item.Accumulated is { } accumulated ? accumulated.Pointer + at : null,
        Parameter = item.Parameter.Index,
        First = at,
        FirstState = StateOf(item, 0, at),
        SecondState = StateOf(item, 1, at),
        FirstDynamic = DynamicOf(item, 0, at),
        SecondDynamic = DynamicOf(item, 1, at),
        LearningRateFactor = item.LearningRateFactor,
        WeightDecay = item.WeightDecay,
        Count = (int)Math.Min(UpdateBlock.MaximumCount, item.Parameter.Count - at),
    };

    private static float* StateOf(TrainedParameter item, int kind, long at)
        => kind < item.State.Count && !item.IsDynamic ? item.State[kind].Value.Pointer + at : null;

    private static DynamicState DynamicOf(TrainedParameter item, int kind, long at)
        => kind < item.State.Count && item.IsDynamic ? new DynamicState(item.State[kind], at) : default;

    private readonly struct UpdateJob<TRule>(UpdateBlock* blocks, TRule rule, float scale) : ILaneJob where TRule : unmanaged, IUpdateRule
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            ref readonly UpdateBlock block = ref blocks[task];
            if (block.Type == ElementType.Float16)
                Run<V, Half>(block);
            else if (block.Type == ElementType.BFloat16)
                Run<V, BFloat16>(block);
            else
                Run<V, float>(block);
        }

        private void Run<V, T>(in UpdateBlock block) where V : unmanaged, ILanes<V> where T : unmanaged
        {
            if (block.FirstDynamic.Codes != null)
            {
                rule.Run<V, DynamicLoop<V, T>>(block.LearningRateFactor, block.WeightDecay, new(block, scale));
                return;
            }
            int whole = block.Count - block.Count % V.Count;
            rule.Run<V, UpdateLoop<V, T>>(block.LearningRateFactor, block.WeightDecay, new(block, scale, 0, whole));
            rule.Run<Lanes1, UpdateLoop<Lanes1, T>>(block.LearningRateFactor, block.WeightDecay, new(block, scale, whole, block.Count));
        }
    }

    private readonly struct SumSquaresJob(UpdateBlock* blocks) : IJob
    {
        public void Run(int task, int thread)
        {
            ref UpdateBlock block = ref blocks[task];
            ReadOnlySpan<float> gradient = new(block.Gradient, block.Count);
            // The square of a float is exact in double, and eight sums side by side are eight sums on every machine.
            Vector512<double> sums = Vector512<double>.Zero;
            int i = 0;
            for (; i + Vector256<float>.Count <= gradient.Length; i += Vector256<float>.Count)
            {
                Vector256<float> floats = Vector256.LoadUnsafe(in gradient[i]);
                Vector512<double> wide = Vector512.Create(Vector256.WidenLower(floats), Vector256.WidenUpper(floats));
                sums += wide * wide;
            }
            double sum = 0;
            for (int lane = 0; lane < Vector512<double>.Count; lane++)
                sum += sums[lane];
            for (; i < gradient.Length; i++)
                sum += (double)gradient[i] * gradient[i];
            block.GradientSquares = sum;
        }
    }
}
