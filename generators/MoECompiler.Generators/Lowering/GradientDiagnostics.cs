using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>Says which parameters no gradient reaches, and what stands in its way.</summary>
internal static class GradientDiagnostics
{
    public static EquatableArray<DiagnosticInfo> Of(ModelSpec spec, Graph training)
    {
        HashSet<string> reached = [.. training.Outputs.Where(static o => o.Kind == OutputKind.Gradient).Select(static o => o.Name)];
        Value loss = training.Outputs.First(static o => o.Kind == OutputKind.Loss).Value;
        List<GraphParameter> lost = [.. training.Parameters.Where(p => !p.IsFrozen && !reached.Contains(p.Value.Name))];
        if (spec.AdapterOf is not null)
            return lost.Select(static p => p.Value.Name.Split('.')[0]).Distinct().Select(site => new DiagnosticInfo("MOE6007", spec.Span, [spec.Name, site])).ToEquatable();
        List<DiagnosticInfo> diagnostics = [];
        foreach (GraphParameter parameter in lost)
        {
            string? obstacle = Obstacle(training, parameter.Value, loss);
            int span = SpanOf(spec, parameter);
            diagnostics.Add(obstacle is null
                ? new DiagnosticInfo("MOE3002", span, [parameter.Value.Name])
                : new DiagnosticInfo("MOE3001", span, [obstacle, parameter.Value.Name]));
        }
        return diagnostics.ToEquatable();
    }

    /// <summary>The weights in 4 bits that a model with a loss would train.</summary>
    public static EquatableArray<DiagnosticInfo> OfQuantized(ModelSpec spec, Graph loss) => loss.Parameters
        .Where(static p => p.Value.Type.Type == DType.NF4 && !p.IsFrozen)
        .Select(p => new DiagnosticInfo("MOE3003", SpanOf(spec, p), [p.Value.Name]))
        .ToEquatable();

    /// <summary>The member that a parameter belongs to.</summary>
    private static int SpanOf(ModelSpec spec, GraphParameter parameter) =>
        spec.Root.Members.FirstOrDefault(m => parameter.Value.Name.StartsWith(m.Name + ".", StringComparison.Ordinal))?.Span ?? spec.Span;

    /// <summary>The op without a gradient on the way from the parameter to the loss; null where there is no way at all.</summary>
    private static string? Obstacle(Graph graph, Value parameter, Value loss)
    {
        Dictionary<string, string?> reachable = new(StringComparer.Ordinal) { [parameter.Name] = null };
        foreach (Node node in graph.Nodes)
        {
            Value? from = node.Operands.FirstOrDefault(o => reachable.ContainsKey(o.Name));
            if (from is null)
                continue;
            foreach (Value result in node.Results)
                reachable[result.Name] = reachable[from.Name] ?? (node.Op.IsDifferentiable ? null : node.Op.Name);
        }
        return reachable.TryGetValue(loss.Name, out string? obstacle) ? obstacle ?? "the ops between" : null;
    }
}
