namespace MoECompiler.Training;

/// <summary>A metric with its numbers: one, or one an expert. What is measured in repeated layers is a metric of each, <c>Blocks[2].Mlp.load</c>.</summary>
public sealed record MetricValue(string Name, IReadOnlyList<double> Values)
{
    /// <summary>How often the loss has it; 0 for what is reported only.</summary>
    public float Coefficient { get; init; }

    /// <summary>The only number.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public double Value => Values.Count == 1 ? Values[0] : throw new InvalidOperationException($"{Name} is {Values.Count} numbers.");
}
