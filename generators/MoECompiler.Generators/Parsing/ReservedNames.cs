using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;
using MoECompiler.Generators.Lowering;

namespace MoECompiler.Generators.Parsing;

/// <summary>Names that the emitted half of a class could not have beside what it has already.</summary>
internal static class ReservedNames
{
    /// <summary>Reports members that would hide what each model has of its own, or is given, and names that are words of C#.</summary>
    public static void CheckMembers(ParseContext context, INamedTypeSymbol type)
    {
        HashSet<string> reserved = new(StringComparer.Ordinal) { "Sizes", "Load", "Gpu" };
        string[] owners = ["MoECompiler.Model", "MoECompiler.Training.ITrainable", .. Phased(type)];
        foreach (string owner in owners)
        {
            foreach (ISymbol member in context.Compilation.GetTypeByMetadataName(owner)?.GetMembers() ?? [])
            {
                if (member.DeclaredAccessibility != Accessibility.Private && member is IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary })
                    reserved.Add(member.Name);
            }
        }
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IPropertySymbol or IFieldSymbol { IsImplicitlyDeclared: false } && reserved.Contains(member.Name))
                context.Report(SettingDescriptors.ReservedName, member.Place(), member.Name);
        }
        CheckWords(context, type);
    }

    private static string[] Phased(INamedTypeSymbol type) =>
        type.Has(nameof(EvolveAttribute)) ? ["MoECompiler.PhasedModel", "MoECompiler.EvolvingModel"]
        : type.Has(nameof(StabilizeAttribute)) ? ["MoECompiler.PhasedModel", "MoECompiler.StabilizedModel"]
        : [];

    /// <summary>Reports names that C# takes only with an @ before them.</summary>
    public static void CheckWords(ParseContext context, INamedTypeSymbol type)
    {
        IEnumerable<ISymbol> named = type.GetMembers().Where(static m => m is IPropertySymbol || m is IFieldSymbol field && field.IsSize());
        for (INamespaceSymbol? space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
            Check(context, space.Name, type.Place(), CSharpWords.All, "a word of C#");
        foreach (ISymbol symbol in named.Prepend(type))
            Check(context, symbol.Name, symbol.Place(), CSharpWords.All, "a word of C#");
    }

    /// <summary>Reports inputs and sizes that emitted methods could not tell from their own locals.</summary>
    public static void CheckInputs(ParseContext context, INamedTypeSymbol type)
    {
        foreach (IFieldSymbol size in context.Sizes.Used)
            Check(context, size.Name, size.Place(), EmittedNames.All.Except(["B"]), "a name that emitted code has for itself");
        IEnumerable<IParameterSymbol> inputs = type.GetMembers().OfType<IMethodSymbol>()
            .Where(static m => m.Has(nameof(ForwardAttribute)) || m.Has(nameof(LossAttribute)))
            .SelectMany(static m => m.Parameters);
        List<string> extents = [.. Extents(context, type)];
        foreach (IParameterSymbol input in inputs)
        {
            Check(context, input.Name, input.Place(), CSharpWords.All, "a word of C#");
            Check(context, input.Name, input.Place(), EmittedNames.All, "a name that emitted code has for itself");
            Check(context, input.Name, input.Place(), extents, "the name of an extent too");
        }
    }

    /// <summary>The names of sizes and of free extents.</summary>
    public static IEnumerable<string> Extents(ParseContext context, INamedTypeSymbol type) =>
        SizeDeclarations.Of(type).Concat(context.Sizes.Used).Select(static s => s.Name).Concat(context.FreeExtents.Select(static e => e.Name)).Distinct();

    private static void Check(ParseContext context, string name, Location place, IEnumerable<string> reserved, string reason)
    {
        if (reserved.Contains(name))
            context.Report(SettingDescriptors.ReservedWord, place, name, reason);
    }
}
