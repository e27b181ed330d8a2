using System.Globalization;

namespace MoECompiler.Training;

/// <summary>How far a training is: reported now and then, and at the end of each epoch.</summary>
public sealed record TrainingProgress
{
    /// <summary>The epoch of the last step, from 0.</summary>
    public required int Epoch { get; init; }

    public required int Epochs { get; init; }

    /// <summary>How many steps are done, over all epochs.</summary>
    public required long Step { get; init; }

    /// <summary>The steps of the whole training.</summary>
    public required long Steps { get; init; }

    /// <summary>The loss of the last step.</summary>
    public double Loss => Metrics[0].Value;

    /// <summary>The learning rate of the last step, with the schedule's factor.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The norm of the last step's gradients, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Since the last report.</summary>
    public required double RowsPerSecond { get; init; }

    /// <summary>The model's metrics of the last step: the loss, auxiliary losses, and the load of each routed layer's experts.</summary>
    public required IReadOnlyList<MetricValue> Metrics { get; init; }

    /// <summary>What the router of each routed layer did with the rows of the last step.</summary>
    public IReadOnlyList<RoutedLayer> Routing => RoutedLayer.In(Metrics);

    /// <summary>The evaluation that followed the last step; null where none did.</summary>
    public EvaluationReport? Evaluation { get; init; }

    /// <summary>A line, and a line for each routed layer: of the evaluation where there is one, else of the last step.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch + 1}/{Epochs}, step {Step}/{Steps}, loss {Loss:0.0000}, {RowsPerSecond:0} rows/s{(Evaluation is null ? EvaluationReport.Lines(Routing) : $"; evaluation: {Evaluation}")}");
}
