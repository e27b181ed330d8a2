using MoECompiler.Generators.Parsing;
using MoECompiler.Passes;

namespace MoECompiler.Generators.Lowering;

/// <summary>Says which parameters no gradient reaches, and what stands in its way.</summary>
internal static class GradientDiagnostics
{
    /// <param name="spec">The model.</param>
    /// <param name="declared">Its graph with the loss.</param>
    /// <param name="training">That graph, differentiated.</param>
    public static EquatableArray<DiagnosticInfo> Of(ModelSpec spec, Graph declared, Graph training)
    {
        HashSet<string> reached = [.. training.Outputs.Where(static o => o.Kind is OutputKind.Gradient or OutputKind.RowGradient).Select(static o => o.Name)];
        Value loss = training.Outputs.First(static o => o.Kind == OutputKind.Loss).Value;
        List<GraphParameter> lost = [.. training.Parameters.Where(p => !p.IsFrozen && !reached.Contains(p.Value.Name))];
        if (spec.AdapterOf is not null)
            return lost.Select(static p => p.Value.Name.Split('.')[0]).Distinct().Select(site => new DiagnosticInfo("MOE6007", spec.Span, [spec.Name, site])).ToEquatable();
        List<DiagnosticInfo> diagnostics = [];
        foreach (GraphParameter parameter in lost)
        {
            string? obstacle = Obstacle(training, parameter.Value, loss);
            int span = SpanOf(spec, parameter.Value.Name);
            diagnostics.Add(obstacle is null
                ? new DiagnosticInfo("MOE3002", span, [parameter.Value.Name])
                : new DiagnosticInfo("MOE3001", span, [obstacle, parameter.Value.Name]));
        }
        IEnumerable<string> whole = SparseTables.DeclaredIn(declared).Distinct().Where(table => training.Outputs.Any(o => o.Kind == OutputKind.Gradient && o.Name == table));
        diagnostics.AddRange(whole.Select(table => new DiagnosticInfo("MOE3003", SpanOf(spec, table), [table])));
        return diagnostics.ToEquatable();
    }

    /// <summary>The weights in 4 bits that a model with a loss would train.</summary>
    public static EquatableArray<DiagnosticInfo> OfQuantized(ModelSpec spec, Graph loss) => loss.Parameters
        .Where(static p => p.Value.Type.Type == DType.NF4 && !p.IsFrozen)
        .Select(p => new DiagnosticInfo("MOE3004", SpanOf(spec, p.Value.Name), [p.Value.Name]))
        .ToEquatable();

    /// <summary>The member that a parameter belongs to.</summary>
    private static int SpanOf(ModelSpec spec, string parameter) =>
        spec.Root.Members.FirstOrDefault(m => parameter.StartsWith(m.Name + ".", StringComparison.Ordinal))?.Span ?? spec.Span;

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
