namespace MoECompiler.Training;

/// <summary>How a <see cref="Trainer"/> goes about it.</summary>
public sealed record TrainerOptions
{
    /// <summary>How often the whole data set is gone through.</summary>
    public int Epochs
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Epochs), value, "A training has at least one epoch.");
    } = 1;

    /// <summary>What dropout and noise are drawn from, with the number of the step.</summary>
    public ulong Seed { get; init; }

    /// <summary>What the optimizer's learning rate is multiplied by.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>Gradients longer than this, all together, are scaled down to it; null for no bound.</summary>
    public double? MaximumGradientNorm
    {
        get;
        init => field = value is null or > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaximumGradientNorm), value, "A bound of the gradient's norm is greater than 0.");
    }

    /// <summary>
    /// No element of a gradient is farther from 0 than this, once the norm is bounded; null for no bound. It takes no look at all gradients first, so that a model that
    /// hands them over as they are made needs no second pass.
    /// </summary>
    public double? MaximumGradientValue
    {
        get;
        init => field = value is null or > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaximumGradientValue), value, "A bound of a gradient's elements is greater than 0.");
    }

    /// <summary>
    /// How many batches make a step: their gradients are averaged by rows before the update, so that a large batch takes the memory of a small
    /// one and of one more gradient of each parameter. What is reported of a step is that of its last batch.
    /// </summary>
    public int AccumulatedBatches
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(AccumulatedBatches), value, "A step has at least one batch.");
    } = 1;

    /// <summary>Trains a part of the model at a time: <see cref="HalfFineTuning"/> or <see cref="SampledLayers"/>; null for all of it.</summary>
    public TrainingRounds? Rounds { get; init; }

    /// <summary>Prunes weights on the way; null for none.</summary>
    public GradualPruning? Pruning { get; init; }

    /// <summary>Scales the loss of a model of <see cref="Precision.Float16"/>; null for no scale.</summary>
    public LossScaling? LossScaling { get; init; }

    /// <summary>Ends the training when evaluations no longer improve; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>How many steps lie between two evaluations; 0 for one at the end of each epoch.</summary>
    public long EvaluateEverySteps
    {
        get;
        init => field = NotNegative(value, nameof(EvaluateEverySteps));
    }

    /// <summary>What is measured of the evaluation's data beside the model's own metrics.</summary>
    public IReadOnlyList<EvaluationMetric> EvaluationMetrics { get; init; } = [];

    /// <summary>Where a checkpoint is saved every so often, at the end and when the training is canceled; null for nowhere.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>How many steps lie between two checkpoints; 0 for one at the end of each epoch.</summary>
    public long CheckpointEverySteps
    {
        get;
        init => field = NotNegative(value, nameof(CheckpointEverySteps));
    }

    /// <summary>The least time between two reports of progress within an epoch.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Called after each step, on the thread that trains; null for nobody.</summary>
    public TrainingStepObserver? OnStep { get; init; }

    private static long NotNegative(long value, string name)
        => value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A number of steps is not negative.");
}
