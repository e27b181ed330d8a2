using System.Globalization;

namespace MoECompiler.Training;

/// <summary>What a model achieves on a data set.</summary>
/// <param name="Rows">How many rows were evaluated.</param>
/// <param name="Metrics">The model's metrics, losses as means over rows and loads as sums, then the evaluation's.</param>
public sealed record EvaluationReport(long Rows, IReadOnlyList<MetricValue> Metrics)
{
    public double Loss => Metrics[0].Value;

    /// <summary>What the router of each routed layer did with the rows.</summary>
    public IReadOnlyList<RoutedLayer> Routing => RoutedLayer.In(Metrics);

    /// <summary>The only number of a metric.</summary>
    /// <exception cref="KeyNotFoundException">No metric has the name; the message lists those that there are.</exception>
    public double this[string name] => Find(name).Value;

    /// <summary>A metric by its name.</summary>
    /// <exception cref="KeyNotFoundException">No metric has the name; the message lists those that there are.</exception>
    public MetricValue Find(string name)
        => Metrics.FirstOrDefault(metric => metric.Name == name)
            ?? throw new KeyNotFoundException(
                $"There is no metric '{name}'; there are: {string.Join(", ", Metrics.Select(static metric => metric.Name))}.");

    /// <summary>The numbers that belong to no routed layer, and a line for each routed layer.</summary>
    public override string ToString()
    {
        IReadOnlyList<RoutedLayer> layers = Routing;
        IEnumerable<string> numbers = Metrics
            .Where(metric => metric.Values.Count == 1 && !layers.Any(layer => metric.Name.StartsWith($"{layer.Name}.", StringComparison.Ordinal)))
            .Select(static metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Name} {metric.Value:0.0000}"));
        return $"{string.Join(", ", numbers)}{Lines(layers)}";
    }

    /// <summary>A line for each layer, below what stands before them.</summary>
    internal static string Lines(IEnumerable<RoutedLayer> layers) => string.Concat(layers.Select(static layer => $"\n  {layer}"));
}
