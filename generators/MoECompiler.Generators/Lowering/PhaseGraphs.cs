using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>
/// The graphs of a model's phases, made to fit into each other's place: the same metrics in the same order, and a gradient for every parameter
/// that one of them trains, of zeroes where a phase does not.
/// </summary>
internal static class PhaseGraphs
{
    /// <summary>The programs with the metrics of all of them: those that a program has not are 0 there.</summary>
    public static IReadOnlyList<ModelProgram> Aligned(IReadOnlyList<ModelProgram> programs)
    {
        if (programs.Count == 1)
            return programs;
        Output[] metrics =
        [
            .. programs.SelectMany(static p => p.Declared.Loss?.Outputs ?? []).Where(static o => o.Kind == OutputKind.Metric)
                .GroupBy(static o => o.Name, StringComparer.Ordinal).Select(static o => o.First()),
        ];
        return
        [
            .. programs.Select(p => p with { Declared = p.Declared with { Evaluate = Aligned(p.Declared.Evaluate, metrics), Loss = Aligned(p.Declared.Loss, metrics) } }),
        ];
    }

    /// <summary>The training graphs of all programs, with gradients for all parameters that any of them trains.</summary>
    public static IReadOnlyList<Graph?> WithAllGradients(IReadOnlyList<Graph?> trainings)
    {
        if (trainings.Count == 1)
            return trainings;
        GraphParameter[] trained =
        [
            .. trainings.OfType<Graph>().SelectMany(static training => training.Parameters.Where(p => training.Outputs.Any(o => o.Kind == OutputKind.Gradient && o.Name == p.Value.Name)))
                .GroupBy(static p => p.Value.Name, StringComparer.Ordinal).Select(static p => p.First()),
        ];
        return [.. trainings.Select(training => training is null ? null : WithGradients(training, trained))];
    }

    /// <summary>The parameters that a program does not train, of those that another does.</summary>
    public static IEnumerable<string> Untrained(Graph training, IEnumerable<Graph> all) =>
        all.SelectMany(static graph => graph.Outputs).Where(static o => o.Kind is OutputKind.Gradient or OutputKind.RowGradient).Select(static o => o.Name).Distinct()
            .Where(name => !Trains(training, name));

    private static bool Trains(Graph training, string parameter) =>
        training.Outputs.Any(o => o.Kind is OutputKind.Gradient or OutputKind.RowGradient && o.Name == parameter);

    private static Graph WithGradients(Graph training, IEnumerable<GraphParameter> trained)
    {
        GraphBuilder builder = new();
        builder.Append(training);
        foreach (Output output in training.Outputs)
            builder.Output(output.Name, output.Value, output.Kind, output.Coefficient);
        foreach (GraphParameter parameter in trained.Where(p => !Trains(training, p.Value.Name)))
        {
            if (!training.Parameters.Any(p => p.Value.Name == parameter.Value.Name))
                builder.Parameter(parameter);
            Value none = builder.Zeroes(TensorType.F32([.. parameter.Value.Type.Shape]), $"d_{parameter.Value.Name}");
            builder.Output(parameter.Value.Name, none, OutputKind.Gradient);
        }
        return builder.Build(training.Name);
    }

    /// <summary>Metrics that the phase has not are 0; the loss of the task is all of the loss where no router adds to it.</summary>
    private static Graph? Aligned(Graph? graph, IReadOnlyList<Output> metrics)
    {
        if (graph is null)
            return null;
        GraphBuilder builder = new();
        builder.Append(graph);
        Output loss = graph.Outputs.First(static o => o.Kind == OutputKind.Loss);
        foreach (Output output in graph.Outputs.Where(static o => o.Kind is not OutputKind.Metric))
            builder.Output(output.Name, output.Value, output.Kind, output.Coefficient);
        foreach (Output metric in metrics)
        {
            Value value = graph.Outputs.FirstOrDefault(o => o.Kind == OutputKind.Metric && o.Name == metric.Name)?.Value
                ?? (metric.Name == "task" ? loss.Value : builder.Zeroes(metric.Value.Type, "none"));
            builder.Output(metric.Name, value, OutputKind.Metric, metric.Coefficient);
        }
        return builder.Build(graph.Name);
    }
}
