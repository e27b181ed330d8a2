using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;
using MoECompiler.Modules;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads <c>[Evolve(SpawnAt = ..., HardAt = ...)]</c>.</summary>
internal static class EvolveParser
{
    /// <summary>Null where a model has none; what is wrong with it is reported.</summary>
    public static EvolutionSpec? Parse(ParseContext context, INamedTypeSymbol type, ModuleSpec? root)
    {
        if (PhaseOptions.Of(context, type, root, "Evolve") is not { } options)
            return null;
        if (type.Has(nameof(StabilizeAttribute)))
            context.Report(EvolutionDescriptors.TwoCourses, type.Place(), type.Name);
        int spawnAt = options.Integer("SpawnAt", 0, 0), hardAt = options.Integer("HardAt", 0, 0);
        int sparsifyAt = options.Integer("SparsifyAt", spawnAt, 0);
        if (sparsifyAt < spawnAt)
            options.Report("SparsifyAt", $"at least SpawnAt, {spawnAt}");
        if (hardAt > 0 && hardAt < sparsifyAt)
            options.Report("HardAt", $"0, or at least {(sparsifyAt > spawnAt ? "SparsifyAt" : "SpawnAt")}, {sparsifyAt}");
        DensePhase dense = Dense(options, sparsifyAt);
        string course = $"new Evolution({spawnAt}, {sparsifyAt}, {hardAt}, {Spawn(options)}, {options.Integer("SpawnSeed", 0, 0)}, {Word(options.Flag("ResetMoments"))})";
        return new EvolutionSpec(spawnAt > 0 ? [new BasePhase(), dense] : [dense], new SparsePhase(), options.Layers, "EvolvingModel", course);
    }

    private static DensePhase Dense(PhaseOptions options, int begin) => new(
        begin,
        options.Number("Temperature", 2, static v => v > 0, "greater than 0 and finite"),
        options.Number("FinalTemperature", 0.3f, static v => v > 0, "greater than 0 and finite"),
        options.Integer("TemperatureSteps", 1000, 1),
        options.Choice("TemperatureShape", nameof(ScheduleShape.Linear)),
        options.Number("Threshold", 0.001f, static v => v is >= 0 and < 1, "at least 0 and below 1"),
        options.Flag("SameForBatch"),
        options.Flag("SoftmaxGates"),
        options.Flag("Normalize"));

    /// <summary>How experts are made, in emitted code.</summary>
    private static string Spawn(PhaseOptions options)
    {
        string spawn = options.Choice("Spawn", nameof(SpawnKind.Mask));
        float amount = options.Number("SpawnAmount", 0.3f, static v => v >= 0, "at least 0 and finite");
        if (spawn is nameof(SpawnKind.Mask) or nameof(SpawnKind.Reinitialize) && amount >= 1)
            options.Report("SpawnAmount", "below 1, a share");
        return $"Diversification.Of(SpawnKind.{spawn}, {ScalarExpression.Constant.Text(amount)}, {Word(options.Flag("SpawnRescale"))})";
    }

    private static string Word(bool flag) => flag ? "true" : "false";
}
