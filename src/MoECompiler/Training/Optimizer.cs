namespace MoECompiler.Training;

/// <summary>
/// How a step changes the parameters. It holds only settings; what is remembered of earlier steps is an <see cref="OptimizerState"/>.
/// </summary>
public abstract class Optimizer
{
    private protected Optimizer()
    {
    }

    /// <summary>The learning rate, before the schedule's factor and the group's.</summary>
    public double LearningRate
    {
        get;
        init => field = NotNegative(value, nameof(LearningRate));
    }

    /// <summary>How strongly parameters are drawn to 0.</summary>
    public double WeightDecay
    {
        get;
        init => field = NotNegative(value, nameof(WeightDecay));
    }

    /// <summary>Parameters with settings of their own; a parameter is in the first group that contains it, or in none.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; init; } = [];

    /// <summary>How what is remembered is stored.</summary>
    public StateFormat StateFormat { get; init; }

    /// <summary>Has what is remembered lie outside of the device's memory; null for inside.</summary>
    public StatePaging? Paging { get; init; }

    /// <summary>What is remembered of each element; at most two numbers.</summary>
    internal abstract IReadOnlyList<StateKind> States { get; }

    /// <summary>The kind and its settings but for the learning rate, for checkpoints: what cannot change when a training is resumed.</summary>
    internal string Description => StateFormat == StateFormat.Float32 ? Settings : $"{Settings} in {StateFormat}";

    /// <summary>The kind and its own settings: <c>Sgd(Momentum: 0.9, WeightDecay: 0)</c>.</summary>
    private protected abstract string Settings { get; }

    /// <summary>Whether a step reads the derivatives of the loss.</summary>
    internal virtual bool NeedsGradients => true;

    /// <summary>What makes a step of a training.</summary>
    internal virtual StepRunner NewStep(ITrainable model, OptimizerState state, TrainerOptions options)
        => model is Model { HandsOver: true } fused ? new FusedStep(fused, model, this, state, options) : new GradientStep(model, this, state, options);

    /// <summary>Updates the trained parameters.</summary>
    /// <param name="updater">The trained parameters, with the gradients of this step.</param>
    /// <param name="step">The number of this update, from 1.</param>
    /// <param name="learningRate">With the schedule's factor, without the groups'.</param>
    internal abstract void Update(Updater updater, long step, double learningRate);

    private protected static double NotNegative(double value, string name)
        => value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "The number has to be finite and not negative.");

    private protected static double Decay(double value, string name)
        => value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "The number has to be from 0 to below 1.");
}
