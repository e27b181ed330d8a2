using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>
/// The graphs of a phase, made to fit into the place of the declared ones: the same metrics in the same order, and a gradient for every parameter
/// that has one, of zeroes where the phase does not use it.
/// </summary>
internal static class PhaseGraphs
{
    /// <param name="spec">The model in a phase.</param>
    /// <param name="declared">Its graphs as declared.</param>
    /// <exception cref="LoweringError">The declaration makes no graph.</exception>
    public static DeclaredGraphs Of(ModelSpec spec, DeclaredGraphs declared)
    {
        DeclaredGraphs graphs = DeclaredGraphs.Of(spec);
        return graphs with { Evaluate = Aligned(graphs.Evaluate, declared.Evaluate), Loss = Aligned(graphs.Loss, declared.Loss) };
    }

    /// <summary>A training graph with gradients for all parameters.</summary>
    public static Graph WithAllGradients(Graph training, Graph all)
    {
        GraphBuilder builder = new();
        builder.Append(training);
        foreach (Output output in training.Outputs)
            builder.Output(output.Name, output.Value, output.Kind);
        HashSet<string> own = [.. training.Parameters.Select(static p => p.Value.Name)];
        foreach (GraphParameter parameter in all.Parameters.Where(p => !p.IsFrozen && !own.Contains(p.Value.Name)))
        {
            Value none = builder.Zeroes(TensorType.F32([.. parameter.Value.Type.Shape]), $"d_{builder.Parameter(parameter).Name}");
            builder.Output(parameter.Value.Name, none, OutputKind.Gradient);
        }
        return builder.Build(training.Name);
    }

    /// <summary>Metrics that the phase has not are 0; the loss of the task is all of the loss where no router adds to it.</summary>
    private static Graph? Aligned(Graph? graph, Graph? declared)
    {
        if (graph is null || declared is null)
            return graph;
        GraphBuilder builder = new();
        builder.Append(graph);
        Output loss = graph.Outputs.First(static o => o.Kind == OutputKind.Loss);
        foreach (Output output in graph.Outputs.Where(static o => o.Kind is not OutputKind.Metric))
            builder.Output(output.Name, output.Value, output.Kind);
        foreach (Output metric in declared.Outputs.Where(static o => o.Kind == OutputKind.Metric))
        {
            Value value = graph.Outputs.FirstOrDefault(o => o.Kind == OutputKind.Metric && o.Name == metric.Name)?.Value
                ?? (metric.Name == "task" ? loss.Value : builder.Zeroes(metric.Value.Type, "none"));
            builder.Output(metric.Name, value, OutputKind.Metric);
        }
        return builder.Build(graph.Name);
    }
}
