namespace MoECompiler.Training;

/// <summary>What was measured of one step. It looks into the trainer's memory: an observer copies what it wants to keep.</summary>
public readonly ref struct TrainingStep
{
    /// <summary>From 0, over all epochs.</summary>
    public required long Step { get; init; }

    /// <summary>From 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>With the schedule's factor.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The rows of the batch.</summary>
    public required int Rows { get; init; }

    /// <summary>The numbers of the model's metrics in order, the loss first.</summary>
    public required ReadOnlySpan<float> Metrics { get; init; }

    public float Loss => Metrics[0];
}

/// <summary>Is told of each step of a training.</summary>
public delegate void TrainingStepObserver(TrainingStep step);
