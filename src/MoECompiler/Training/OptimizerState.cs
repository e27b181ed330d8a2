namespace MoECompiler.Training;

/// <summary>A model under an optimizer: what the optimizer remembers of each parameter that it trains.</summary>
public sealed class OptimizerState : IDisposable
{
    private readonly Optimizer _optimizer;
    private readonly ITrainable _model;
    private readonly Buffer _memory;
    private readonly Updater _updater;

    /// <summary>
    /// State of zeroes for each parameter that neither the model nor a group freezes; the model gets gradients if the optimizer reads any.
    /// </summary>
    /// <exception cref="ArgumentException">A group contains no parameter, or no parameter is left to train.</exception>
    public OptimizerState(Optimizer optimizer, ITrainable model)
    {
        _optimizer = optimizer;
        _model = model;
        CheckGroups();

        List<TrainedParameter> trained = [];
        foreach (Parameter parameter in model.Parameters)
        {
            ParameterGroup? group = optimizer.Groups.FirstOrDefault(group => group.Contains(parameter));
            if (!parameter.IsFrozen && group is not { IsFrozen: true })
                trained.Add(new TrainedParameter(parameter, group?.LearningRateFactor ?? 1, group?.WeightDecay ?? optimizer.WeightDecay));
        }
        if (trained.Count == 0)
            throw new ArgumentException("All parameters are frozen: there is nothing to train.");

        if (optimizer.NeedsGradients)
            model.AllocateGradients();
        _memory = model.Device.Allocate(trained.Sum(BytesOf));
        long offset = 0;
        foreach (TrainedParameter item in trained)
            Place(item, ref offset);
        Trained = trained;
        _updater = model.Device.CreateUpdater(trained);
    }

    /// <summary>How many updates were made.</summary>
    public long Step { get; internal set; }

    /// <summary>What the optimizer changes, in the model's order.</summary>
    public IEnumerable<Parameter> TrainedParameters => Trained.Select(static item => item.Parameter);

    /// <summary>The memory of what is remembered, and of the 32-bit copies of parameters that are stored in 16 bits.</summary>
    public long Bytes => _memory.Bytes;

    internal IReadOnlyList<TrainedParameter> Trained { get; }

    /// <summary>
    /// The norm of all trained parameters' gradients together. The order of summation is fixed: a device gives the same bits each time,
    /// the CPU with any number of threads.
    /// </summary>
    public double GradientNorm()
    {
        using Lock.Scope inside = _model.Gate.Enter();
        return _updater.GradientNorm();
    }

    /// <summary>Updates the trained parameters by their gradients. Allocates nothing.</summary>
    /// <param name="learningRate">With the schedule's factor, without the groups'.</param>
    /// <param name="gradientScale">What each gradient is multiplied by first; see <see cref="GradientClip"/>.</param>
    public void Update(double learningRate, double gradientScale = 1)
    {
        using Lock.Scope inside = _model.Gate.Enter();
        _updater.Scale(gradientScale);
        _optimizer.Update(_updater, ++Step, learningRate);
    }

    /// <summary>
    /// Updates the trained parameters by their gradients, scaled down to a norm of at most <paramref name="maximumNorm"/>; does nothing if
    /// a gradient or a metric is not finite. A GPU is waited for once, at the end. Allocates nothing.
    /// </summary>
    /// <returns>The norm before it was scaled down, and whether the update was made.</returns>
    internal (double GradientNorm, bool IsMade) TryUpdate(double learningRate, double maximumNorm, ModelMetrics metrics)
    {
        using Lock.Scope inside = _model.Gate.Enter();
        _updater.Measure(metrics, maximumNorm);
        _optimizer.Update(_updater, Step + 1, learningRate);
        (double norm, bool isFinite) = _updater.Finish(metrics);
        if (isFinite)
            Step++;
        return (norm, isFinite);
    }

    /// <summary>Moves the trained parameters along random directions; see <see cref="MeZo"/>.</summary>
    internal void Perturb(Perturbation perturbation) => _updater.Perturb(perturbation);

    public void Dispose()
    {
        _memory.Dispose();
        _updater.Dispose();
    }

    private long BytesOf(TrainedParameter item) =>
        (item.HasCopy ? item.Parameter.FloatBytes : 0) + _optimizer.States.Count * StateTensor.BytesOf(item.Parameter, IsDynamic(item));

    private void Place(TrainedParameter item, ref long offset)
    {
        item.Master = item.HasCopy ? _memory.View<float>(item.Parameter.Extents, offset) : item.Parameter.Value;
        offset += item.HasCopy ? item.Parameter.FloatBytes : 0;
        foreach (StateKind kind in _optimizer.States)
        {
            item.State.Add(StateTensor.Place(kind, item.Parameter, IsDynamic(item), _memory, offset));
            offset += StateTensor.BytesOf(item.Parameter, IsDynamic(item));
        }
    }

    private bool IsDynamic(TrainedParameter item) =>
        _optimizer.StateFormat == StateFormat.Dynamic8 && item.Parameter.Count >= DynamicCodes.MinimumCount;

    private void CheckGroups()
    {
        foreach (ParameterGroup group in _optimizer.Groups)
        {
            if (_model.Parameters.Any(group.Contains))
                continue;
            string paths = string.Join(", ", _model.Parameters.Select(static parameter => parameter.Path));
            throw new ArgumentException($"The parameter group '{group.Description}' contains no parameter; there are: {paths}.");
        }
    }
}
