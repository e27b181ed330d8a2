namespace MoECompiler.Generators.Emission;

/// <summary>A metric and where it lies among the numbers that a step reports.</summary>
internal sealed record MetricLayout(Output Output, Size Start, Size Count)
{
    public string Name => Output.Name;

    /// <summary>How many repeated layers have numbers of their own in it; null for what is measured once.</summary>
    public Size? Layers => Name.Contains(".Stacked.") ? Output.Value.Type.Shape[0] : null;

    /// <summary>Whether it counts rows.</summary>
    public bool IsLoad => Name.EndsWith(".load", StringComparison.Ordinal);

    /// <summary>The metrics of a graph, the loss first.</summary>
    public static List<MetricLayout> Of(Graph graph)
    {
        List<MetricLayout> layout = [];
        Size start = Size.Zero;
        foreach (Output output in graph.Outputs.Where(static o => o.Kind is OutputKind.Loss or OutputKind.Metric))
        {
            layout.Add(new MetricLayout(output, start, output.Value.Type.Count));
            start += output.Value.Type.Count;
        }
        return layout;
    }
}
