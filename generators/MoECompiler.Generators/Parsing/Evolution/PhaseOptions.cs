using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;
using MoECompiler.Modules;

namespace MoECompiler.Generators.Parsing;

/// <summary>The arguments of an attribute that gives a training phases; what is out of its range is reported where it stands.</summary>
internal sealed class PhaseOptions
{
    private readonly ParseContext _context;
    private readonly IReadOnlyList<WrittenArgument> _arguments;

    private PhaseOptions(ParseContext context, IReadOnlyList<WrittenArgument> arguments, EquatableArray<string> layers) =>
        (_context, _arguments, Layers) = (context, arguments, layers);

    /// <summary>The paths of the layers that have phases.</summary>
    public EquatableArray<string> Layers { get; }

    /// <summary>Null where a model has not the attribute, or where C# finds an error.</summary>
    /// <param name="context">Where to report.</param>
    /// <param name="type">The model's class.</param>
    /// <param name="root">Its members; null where something is wrong with them.</param>
    /// <param name="attribute">The attribute's name without "Attribute".</param>
    public static PhaseOptions? Of(ParseContext context, INamedTypeSymbol type, ModuleSpec? root, string attribute)
    {
        if (type.Ours(attribute + "Attribute") is not { } found || ArgumentParser.Parse(context, found) is not { } arguments || root is null)
            return null;
        EquatableArray<string> layers = LayersOf(root, "").ToEquatable();
        if (layers.Count == 0)
            context.Report(EvolutionDescriptors.NothingEvolves, type.Place(), type.Name, attribute);
        return new PhaseOptions(context, arguments, layers);
    }

    public WrittenArgument? Find(string name) => _arguments.FirstOrDefault(a => a.Name == name);

    public bool Flag(string name) => Find(name)?.Spec.Value is ArgumentValue.Boolean { Value: true };

    public string Choice(string name, string otherwise) => (Find(name)?.Spec.Value as ArgumentValue.Choice)?.Member ?? otherwise;

    public int Integer(string name, int otherwise, int minimum)
    {
        int value = Find(name) is { } written ? (int)written.Number : otherwise;
        if (Find(name) is not null && value < minimum)
            Report(name, $"at least {minimum}");
        return value;
    }

    public float Number(string name, float otherwise, Func<float, bool> holds, string range)
    {
        float value = Find(name) is { } written ? (float)written.Number : otherwise;
        if (Find(name) is not null && !(holds(value) && value <= float.MaxValue))
            Report(name, range);
        return value;
    }

    public void Report(string name, string range)
    {
        if (Find(name) is { } written)
            _context.Report(EvolutionDescriptors.OptionRange, written.Location, name, Wording.Of(written.Constant), range);
    }

    private static IEnumerable<string> LayersOf(ModuleSpec module, string path)
    {
        foreach (MemberSpec member in module.Members)
        {
            string router = (member.Arguments.FirstOrDefault(static a => a.Name == "Router")?.Value as ArgumentValue.Choice)?.Member ?? "Linear";
            if (PhaseLowering.IsEvolving(member.Kind, router))
                yield return path + member.Name;
            foreach (string inner in member.Child is { } child ? LayersOf(child, $"{path}{member.Name}.{(member.Kind == "Layers" ? "Stacked." : "")}") : [])
                yield return inner;
        }
    }
}
