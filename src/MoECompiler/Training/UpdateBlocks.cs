namespace MoECompiler.Training;

/// <summary>All trained parameters, cut into blocks: one fork of the threads serves a whole model, however many parameters it has, and one more each table of rows.</summary>
internal sealed unsafe class UpdateBlocks : IDisposable
{
    private readonly CpuDevice _device;
    private readonly Buffer _memory;
    private readonly int _count;
    private readonly UpdateRows[] _rows;

    // The blocks hold addresses: what they look at has to live as long.
    private readonly IReadOnlyList<TrainedParameter> _trained;

    public UpdateBlocks(CpuDevice device, IReadOnlyList<TrainedParameter> trained)
    {
        _device = device;
        _trained = trained;
        TrainedParameter[] whole = [.. trained.Where(static item => !item.IsByRows)];
        _rows = [.. trained.Where(static item => item.IsByRows).Select(item => new UpdateRows(device, item))];
        _count = whole.Sum(static item => item.Cut(UpdateBlock.MaximumCount).Count());
        _memory = device.Allocate(_count * (long)sizeof(UpdateBlock));
        UpdateBlock* block = Blocks;
        foreach (TrainedParameter item in whole)
        {
            foreach ((long at, int count) in item.Cut(UpdateBlock.MaximumCount))
                *block++ = UpdateBlock.Of(item, at, count);
        }
    }

    private UpdateBlock* Blocks => (UpdateBlock*)_memory.Address;

    /// <summary>Updates all elements.</summary>
    public void Run<TRule>(TRule rule, GradientChange change) where TRule : unmanaged, IUpdateRule
    {
        Aim();
        _device.Team.RunWidest(new UpdateJob<TRule>(Blocks, rule, change), _count);
        foreach (UpdateRows rows in _rows)
            rows.Run(rule, change);
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
        Aim();
        SumSquaresJob job = new(Blocks);
        _device.Team.Run(ref job, _count);
        double sum = 0;
        for (int i = 0; i < _count; i++)
            sum += Blocks[i].GradientSquares;
        foreach (UpdateRows rows in _rows)
            sum += rows.SumGradientSquares();
        GC.KeepAlive(_trained);
        return sum;
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>A gradient that is handed over lies in another place each time.</summary>
    private void Aim()
    {
        if (_trained is not [{ IsFused: true } fused])
            return;
        float* gradient = fused.Parameter.Gradient.Pointer;
        for (int i = 0; i < _count; i++)
            Blocks[i].Gradient = gradient + Blocks[i].First;
    }

    private readonly struct UpdateJob<TRule>(UpdateBlock* blocks, TRule rule, GradientChange change) : ILaneJob where TRule : unmanaged, IUpdateRule
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V> => blocks[task].Update<V, TRule>(rule, change);
    }

    private readonly struct SumSquaresJob(UpdateBlock* blocks) : IJob
    {
        public void Run(int task, int thread)
        {
            ref UpdateBlock block = ref blocks[task];
            block.GradientSquares = SumOfSquares.Of(new(block.Gradient, block.Count));
        }
    }
}
