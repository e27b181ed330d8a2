using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Emission;

/// <summary>Emits what a trainer asks of a model or an adapter with a loss: the members of <c>ITrainable</c>.</summary>
internal static class TrainingMembers
{
    public static void Emit(SourceWriter writer, ModelSpec spec, Graph evaluate)
    {
        string Bound(Size size) => Outside(spec, size);
        string Specs(IEnumerable<(string Name, TensorType Type)> values) => string.Join(
            ", ", values.Select(v => $"new TensorSpec(\"{v.Name}\", {v.Type.Type.OfBoundary()}, new({string.Join(", ", v.Type.Shape.Skip(1).Select(Bound))}))"));
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public IReadOnlyList<TensorSpec> Inputs => _inputs ??= [{Specs(evaluate.Inputs.Select(static i => (i.Name, i.Type)))}];");
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public IReadOnlyList<TensorSpec> Results => _results ??= [{Specs(evaluate.Outputs.Where(static o => o.Kind == OutputKind.Result).Select(static o => (o.Name, o.Value.Type)))}];");
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        IEnumerable<string> metrics = MetricLayout.Of(evaluate).Select(m => string.Concat(
            $"new MetricSpec(\"{m.Name}\"",
            m.Count == Size.One ? "" : $", {Bound(m.Count)}",
            m.IsLoad ? ", IsLoad: true" : "",
            m.Layers is { } layers ? $", Layers: {Bound(layers)}" : "",
            m.Output.Coefficient == 0 ? "" : $", Coefficient: {ScalarExpression.Constant.Text(m.Output.Coefficient)}",
            ")"));
        writer.Line($"public IReadOnlyList<MetricSpec> Metrics => _metrics ??= [{string.Join(", ", metrics)}];");
        writer.Line();
        writer.Line("private TensorSpec[]? _inputs;");
        writer.Line("private TensorSpec[]? _results;");
        writer.Line("private MetricSpec[]? _metrics;");

        string inputs = string.Join(", ", evaluate.Inputs.Select(static i => Column("batch", i.Name, i.Type)));
        string results = string.Join(", ", evaluate.Outputs.Where(static o => o.Kind == OutputKind.Result).Select(static o => Column("results", o.Name, o.Value.Type)));
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public void Backward(Batch batch, RandomState random, View<float> metrics) => Backward({inputs}, random, metrics);");
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public void Evaluate(Batch batch, Batch results, View<float> metrics) => Evaluate({inputs}, {results}, metrics);");
    }

    private static string Column(string batch, string name, TensorType type) => $"{batch}.{(type.Type == DType.F32 ? "Float" : "Integer")}(\"{name}\")";

    /// <summary>A size outside of a method that has locals for them; a free extent is 0.</summary>
    private static string Outside(ModelSpec spec, Size size) => size
        .Substitute(symbol => spec.Sizes.Any(s => s.Name == symbol) ? Size.Symbol($"Sizes.{symbol}") : Size.Zero)
        .ToString();
}
