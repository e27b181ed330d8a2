namespace MoECompiler.Training;

/// <summary>A metric with its numbers: one, or one an expert.</summary>
public sealed record MetricValue(string Name, IReadOnlyList<double> Values)
{
    /// <summary>The only number.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public double Value => Values.Count == 1 ? Values[0] : throw new InvalidOperationException($"{Name} is {Values.Count} numbers.");
}
