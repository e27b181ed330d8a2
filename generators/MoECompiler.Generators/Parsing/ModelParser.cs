using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads a class marked [Model], or one marked [Module] by itself.</summary>
internal static class ModelParser
{
    public static ParsedModel Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        ParseContext context = new(compilation, cancellation);
        DeclaredClass declared = DeclaredClass.Of(type, compilation, cancellation);
        ReservedNames.CheckMembers(context, type);
        ModuleParts parts = new ModuleParser(context, [type]).Parse();
        MethodSpec? loss = null;
        EquatableArray<SizeSpec> sizes = [];
        // It may name sizes too.
        EvolutionSpec? evolution = EvolveParser.Parse(context, type, parts.Spec) ?? StabilizeParser.Parse(context, type, parts.Spec);
        if (parts.Spec is not null)
        {
            loss = Loss(context, type, parts);
            sizes = context.Sizes.Build(context, type);
            ModuleParser.CheckUsed(context, type, parts);
            ReservedNames.CheckInputs(context, type);
        }
        ShapeParser.CheckNames(context, type);
        DType storage = ModelArguments.ParseStorage(context, type);
        ModelSpec? spec = context.IsSound && parts.Spec is { } root
            ? new ModelSpec(
                declared.Namespace, Accessibility(type), sizes, root, loss, context.Locations.Add(type.Place()), GpuReference.Has(compilation), Storage: storage, Evolution: evolution,
                FusedUpdate: ModelArguments.ParseFusedUpdate(context, type))
            : null;
        return new ParsedModel(new ModelDeclaration(declared, spec), context.Diagnostics, context.Locations.ToEquatable());
    }

    public static ParsedModule ParseModule(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        ParseContext context = new(compilation, cancellation);
        DeclaredClass declared = DeclaredClass.Of(type, compilation, cancellation);
        ModuleParts parts = new ModuleParser(context, [type]).Parse();
        ModuleParser.CheckUsed(context, type, parts);
        ShapeParser.CheckNames(context, type);
        ReservedNames.CheckWords(context, type);
        return new ParsedModule(new ModuleDeclaration(declared, context.IsSound), context.Diagnostics, context.Locations.ToEquatable());
    }

    private static MethodSpec? Loss(ParseContext context, INamedTypeSymbol type, ModuleParts parts)
    {
        (ModuleSpec root, MethodSpec forward) = (parts.Spec!, parts.Spec!.Forward!);
        if (type.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(static m => m.Has(nameof(LossAttribute))) is not { } method
            || !MethodParser.CheckForm(context, method, mayReturnSeveral: false))
            return null;
        string results = string.Join(", ", forward.Results.Select(static r => $"`{r}`"));
        string? misfit = null;
        if (method.Parameters.Length < forward.Results.Count)
            misfit = $"takes {Wording.Of(method.Parameters.Length)} of {Wording.Of(forward.Results.Count)} results";
        for (int i = 0; i < Math.Min(method.Parameters.Length, forward.Results.Count) && misfit is null; i++)
        {
            string name = method.Parameters[i].Name;
            if (name != forward.Results[i] && forward.Results.Contains(name))
                misfit = $"takes `{name}` where `{forward.Results[i]}` comes";
        }
        if (misfit is not null)
            context.Report(ForwardDescriptors.LossParameters, method.Place(), method.Name, misfit, forward.Name, results);
        return MethodParser.Parse(context, method, root.Members, parts.Used);
    }

    private static string Accessibility(INamedTypeSymbol type) => type.DeclaredAccessibility == Microsoft.CodeAnalysis.Accessibility.Public ? "public" : "internal";
}
