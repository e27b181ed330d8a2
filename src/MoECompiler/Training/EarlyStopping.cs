namespace MoECompiler.Training;

/// <summary>Ends a training when evaluations no longer improve, or are as good as they need to be, with the weights of the best one.</summary>
/// <remarks>Source: Prechelt, Early Stopping - But When?, 1998.</remarks>
public sealed record EarlyStopping
{
    /// <summary>The metric of the evaluation, the loss unless another is named; it has one number.</summary>
    public string Metric { get; init; } = "loss";

    /// <summary>Whether the metric is to rise, as an accuracy is, and not to fall.</summary>
    public bool IsHigherBetter { get; init; }

    /// <summary>How many evaluations in a row may be no better than the best before the training ends.</summary>
    public int Patience
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Patience), value, "At least one evaluation is waited for.");
    } = 3;

    /// <summary>The training ends as well when the metric is at least as good as this; null for no such end.</summary>
    public double? Goal { get; init; }

    /// <summary>By how much an evaluation has to be better than the best to count.</summary>
    public double MinimumChange
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(MinimumChange), value, "A change is not negative.");
    }

    /// <summary>
    /// Where the training is saved at each best evaluation. At the end of the training the model has the weights of the file, and the step is
    /// that of the last update.
    /// </summary>
    public required string BestPath { get; init; }

    internal bool IsOver(BestEvaluation best) => best.Since >= Patience || (Goal is { } goal && best.Metric is { } metric && (IsHigherBetter ? metric >= goal : metric <= goal));

    internal bool IsBetter(double metric, double? best)
        => best is not { } found ? !double.IsNaN(metric) : IsHigherBetter ? metric > found + MinimumChange : metric < found - MinimumChange;
}
