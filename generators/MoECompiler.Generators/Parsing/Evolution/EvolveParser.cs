using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;
using MoECompiler.Modules;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads <c>[Evolve(SpawnAt = ..., HardAt = ...)]</c>.</summary>
internal sealed class EvolveParser
{
    private readonly ParseContext _context;
    private readonly IReadOnlyList<WrittenArgument> _arguments;

    private EvolveParser(ParseContext context, IReadOnlyList<WrittenArgument> arguments) => (_context, _arguments) = (context, arguments);

    /// <summary>Null where a model has none, or where something is wrong with it, which is reported.</summary>
    public static EvolutionSpec? Parse(ParseContext context, INamedTypeSymbol type, ModuleSpec? root)
    {
        if (type.Ours(nameof(EvolveAttribute)) is not { } attribute || ArgumentParser.Parse(context, attribute) is not { } arguments || root is null)
            return null;
        EquatableArray<string> layers = Layers(root, "").ToEquatable();
        if (layers.Count == 0)
            context.Report(EvolutionDescriptors.NothingEvolves, type.Place(), type.Name);
        return new EvolveParser(context, arguments).Read(layers);
    }

    private EvolutionSpec Read(EquatableArray<string> layers)
    {
        int spawnAt = Integer("SpawnAt", 0, 0), hardAt = Integer("HardAt", 0, 0);
        int sparsifyAt = Integer("SparsifyAt", spawnAt, 0);
        if (sparsifyAt < spawnAt)
            Report("SparsifyAt", $"at least SpawnAt, {spawnAt}");
        if (hardAt > 0 && hardAt < sparsifyAt)
            Report("HardAt", $"0, or at least {(sparsifyAt > spawnAt ? "SparsifyAt" : "SpawnAt")}, {sparsifyAt}");
        string spawn = Choice("Spawn", nameof(SpawnKind.Mask));
        float amount = Number("SpawnAmount", 0.3f, static v => v >= 0, "at least 0 and finite");
        if (spawn is nameof(SpawnKind.Mask) or nameof(SpawnKind.Reinitialize) && amount >= 1)
            Report("SpawnAmount", "below 1, a share");
        DensePhase dense = new(
            sparsifyAt,
            Number("Temperature", 2, static v => v > 0, "greater than 0 and finite"),
            Number("FinalTemperature", 0.3f, static v => v > 0, "greater than 0 and finite"),
            Integer("TemperatureSteps", 1000, 1),
            Choice("TemperatureShape", nameof(ScheduleShape.Linear)),
            Number("Threshold", 0.001f, static v => v is >= 0 and < 1, "at least 0 and below 1"),
            Flag("SameForBatch"),
            Flag("SoftmaxGates"),
            Flag("Normalize"));
        string made = $"Diversification.Of(SpawnKind.{spawn}, {ScalarExpression.Constant.Text(amount)}, {(Flag("SpawnRescale") ? "true" : "false")})";
        EquatableArray<PhaseLowering> phases = spawnAt > 0 ? [new BasePhase(), dense] : [dense];
        return new EvolutionSpec(phases, layers, spawnAt, sparsifyAt, hardAt, made, Integer("SpawnSeed", 0, 0), Flag("ResetMoments"));
    }

    private static IEnumerable<string> Layers(ModuleSpec module, string path)
    {
        foreach (MemberSpec member in module.Members)
        {
            string router = (member.Arguments.FirstOrDefault(static a => a.Name == "Router")?.Value as ArgumentValue.Choice)?.Member ?? "Linear";
            if (PhaseLowering.IsEvolving(member.Kind, router))
                yield return path + member.Name;
            foreach (string inner in member.Child is { } child ? Layers(child, $"{path}{member.Name}.{(member.Kind == "Layers" ? "Stacked." : "")}") : [])
                yield return inner;
        }
    }

    private WrittenArgument? Find(string name) => _arguments.FirstOrDefault(a => a.Name == name);

    private bool Flag(string name) => Find(name)?.Spec.Value is ArgumentValue.Boolean { Value: true };

    private string Choice(string name, string otherwise) => (Find(name)?.Spec.Value as ArgumentValue.Choice)?.Member ?? otherwise;

    private int Integer(string name, int otherwise, int minimum)
    {
        int value = Find(name) is { } written ? (int)written.Number : otherwise;
        if (Find(name) is not null && value < minimum)
            Report(name, $"at least {minimum}");
        return value;
    }

    private float Number(string name, float otherwise, Func<float, bool> holds, string range)
    {
        float value = Find(name) is { } written ? (float)written.Number : otherwise;
        if (Find(name) is not null && !(holds(value) && value <= float.MaxValue))
            Report(name, range);
        return value;
    }

    private void Report(string name, string range)
    {
        if (Find(name) is { } written)
            _context.Report(EvolutionDescriptors.OptionRange, written.Location, name, Wording.Of(written.Constant), range);
    }
}
