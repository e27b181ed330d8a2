namespace MoECompiler.Training;

/// <summary>What a model achieves on a data set.</summary>
/// <param name="Rows">How many rows were evaluated.</param>
/// <param name="Metrics">The model's metrics, losses as means over rows and loads as sums, then the evaluation's.</param>
public sealed record EvaluationReport(long Rows, IReadOnlyList<MetricValue> Metrics)
{
    public double Loss => Metrics[0].Value;

    /// <summary>The only number of a metric.</summary>
    /// <exception cref="KeyNotFoundException">No metric has the name; the message lists those that there are.</exception>
    public double this[string name] => Find(name).Value;

    /// <summary>A metric by its name.</summary>
    /// <exception cref="KeyNotFoundException">No metric has the name; the message lists those that there are.</exception>
    public MetricValue Find(string name)
        => Metrics.FirstOrDefault(metric => metric.Name == name)
            ?? throw new KeyNotFoundException(
                $"There is no metric '{name}'; there are: {string.Join(", ", Metrics.Select(static metric => metric.Name))}.");
}
