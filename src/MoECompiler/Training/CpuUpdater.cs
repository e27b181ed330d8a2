namespace MoECompiler.Training;

/// <summary>Updates parameters in the host's memory. All is done when a call returns.</summary>
internal sealed class CpuUpdater(CpuDevice device, IReadOnlyList<TrainedParameter> trained) : Updater
{
    private readonly UpdateBlocks _blocks = new(device, trained);
    private double _norm;
    private float _scale = 1;
    private bool _isFinite = true;

    public override double GradientNorm() => Math.Sqrt(_blocks.SumGradientSquares());

    public override void Scale(double factor) => (_scale, _isFinite) = ((float)factor, true);

    public override void Measure(ModelMetrics metrics, double maximumNorm, int lossScale)
    {
        _norm = GradientNorm() / lossScale;
        _isFinite = double.IsFinite(_norm) && metrics.FindNotFinite() is null;
        _scale = (float)(GradientClip.Scale(_norm, maximumNorm) / lossScale);
    }

    public override void Apply<TRule>(TRule rule)
    {
        if (_isFinite)
            _blocks.Run(rule, new GradientChange(_scale, GradientBound));
    }

    public override void Accumulate(float kept, float added, bool isLast) => _blocks.Accumulate(kept, added, isLast);

    public override void Perturb(Perturbation perturbation) => _blocks.Perturb(perturbation);

    public override (double Norm, bool IsFinite) Finish(ModelMetrics metrics) => (_norm, _isFinite);

    public override void Dispose() => _blocks.Dispose();
}
