namespace MoECompiler.Training;

/// <summary>Of a model that hands over each gradient as it is made: parameters are updated one by one.</summary>
public sealed partial class OptimizerState
{
    /// <summary>Updates one parameter by the gradient that it has now, unless it is frozen. The step is counted later.</summary>
    internal void UpdateOne(Parameter parameter, double learningRate, double gradientScale)
    {
        if (UpdaterOf(parameter) is not { } updater)
            return;
        updater.Scale(gradientScale);
        _optimizer.Update(updater, Step + 1, learningRate);
    }

    /// <summary>The sum of the squares of the gradient that one parameter has now; 0 for one that is frozen.</summary>
    internal double GradientSquaresOf(Parameter parameter) => UpdaterOf(parameter) is { } updater ? Math.Pow(updater.GradientNorm(), 2) : 0;

    private Updater? UpdaterOf(Parameter parameter) => _updaters.GetValueOrDefault(parameter);

    /// <exception cref="ArgumentException">A step would need gradients that are gone.</exception>
    private void CheckFused(List<TrainedParameter> trained, TrainerOptions options)
    {
        string? option = _batches > 1 ? nameof(options.AccumulatedBatches)
            : _rounds is not null ? nameof(options.Rounds)
            : options.LossScaling is not null ? nameof(options.LossScaling)
            : trained.Find(static item => item.IsByRows)?.Parameter.Path;
        if (option is not null)
            throw new ArgumentException($"{_model.GetType().Name} hands its gradients over as they are made, which goes without {option}.");
    }
}
