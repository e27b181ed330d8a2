namespace MoECompiler.Training;

/// <summary>A model under an optimizer: what the optimizer remembers of each parameter that it trains.</summary>
public sealed class OptimizerState : IDisposable
{
    private readonly Optimizer _optimizer;
    private readonly ITrainable _model;
    private readonly Buffer _memory;
    private readonly Updater _updater;

    /// <summary>State of zeroes for each parameter that neither the model nor a group freezes; the model gets gradients.</summary>
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

        model.AllocateGradients();
        IReadOnlyList<string> kinds = optimizer.StateNames;
        _memory = model.Device.Allocate(trained.Sum(item => item.Parameter.FloatBytes * (kinds.Count + (item.HasCopy ? 1 : 0))));
        long offset = 0;
        foreach (TrainedParameter item in trained)
        {
            item.Master = item.HasCopy ? Next(item) : item.Parameter.Value;
            foreach (string kind in kinds)
                item.State.Add((kind, Next(item)));
        }
        Trained = trained;
        _updater = model.Device.CreateUpdater(trained);

        View<float> Next(TrainedParameter item)
        {
            View<float> view = _memory.View<float>(item.Parameter.Extents, offset);
            offset += item.Parameter.FloatBytes;
            return view;
        }
    }

    /// <summary>How many updates were made.</summary>
    public long Step { get; internal set; }

    /// <summary>What the optimizer changes, in the model's order.</summary>
    public IEnumerable<Parameter> TrainedParameters => Trained.Select(static item => item.Parameter);

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

    public void Dispose()
    {
        _memory.Dispose();
        _updater.Dispose();
    }

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
