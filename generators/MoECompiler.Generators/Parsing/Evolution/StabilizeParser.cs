using Microsoft.CodeAnalysis;
using MoECompiler.Modules;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads <c>[Stabilize(at, ids, Width = ...)]</c>.</summary>
internal static class StabilizeParser
{
    /// <summary>Null where a model has none; what is wrong with it is reported.</summary>
    public static EvolutionSpec? Parse(ParseContext context, INamedTypeSymbol type, ModuleSpec? root)
    {
        if (PhaseOptions.Of(context, type, root, "Stabilize") is not { } options)
            return null;
        int at = options.Integer("At", 1, 1);
        options.Integer("Ids", 1, 1);
        LightRouting light = new((options.Find("Ids")?.Spec.Value as ArgumentValue.Integer)?.Size ?? Size.One, options.Integer("Width", 0, 0));
        LearningPhase learning = new(
            light,
            options.Number("Distillation", 1, static v => v > 0, "greater than 0 and finite"),
            options.Number("Balance", 0.3f, static v => v >= 0, "at least 0 and finite"));
        return new EvolutionSpec([learning], new StablePhase(light), options.Layers, "StabilizedModel", $"new Stabilization({at})");
    }
}
