using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MoECompiler.Generators.Lowering;

namespace MoECompiler.Generators.Parsing;

/// <summary>
/// The partial properties of a class, whatever else is wrong with it: each needs its other half, or C# adds errors of its own to ours.
/// </summary>
/// <param name="Namespace">The namespace; empty for the global one.</param>
/// <param name="Name">The class's name.</param>
/// <param name="FileName">What its emitted files are called.</param>
/// <param name="Heads">The class and those that it is nested in, the outer first, such as <c>partial class DecoderLayer</c>; none where a half may not be added.</param>
/// <param name="Properties">In order of declaration.</param>
internal sealed record DeclaredClass(string Namespace, string Name, string FileName, EquatableArray<string> Heads, EquatableArray<DeclaredProperty> Properties)
{
    public static DeclaredClass Of(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        List<INamedTypeSymbol> path = [];
        for (INamedTypeSymbol? at = type; at is not null; at = at.ContainingType)
            path.Insert(0, at);
        bool isPartial = path.All(t => ClassForm.IsPartial(t, cancellation));
        return new DeclaredClass(
            type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(),
            type.Name,
            FileNames.Of(type),
            isPartial ? path.Select(Head).ToEquatable() : [],
            type.GetMembers().OfType<IPropertySymbol>()
                .Where(static p => p is { IsPartialDefinition: true, PartialImplementationPart: null, IsIndexer: false } && !p.Type.IsError())
                .Select(p => DeclaredProperty.Of(p, type, compilation, cancellation))
                .ToEquatable());
    }

    private static string Head(INamedTypeSymbol type)
    {
        string kind = type switch
        {
            { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
            { IsRecord: true } => "record",
            { TypeKind: TypeKind.Struct } => "struct",
            { TypeKind: TypeKind.Interface } => "interface",
            _ => "class",
        };
        string parameters = type.Arity == 0 ? "" : $"<{string.Join(", ", type.TypeParameters.Select(static p => p.Name))}>";
        return $"partial {kind} {CSharpWords.Escape(type.Name)}{parameters}";
    }
}

/// <summary>A partial property without its other half.</summary>
/// <param name="Modifiers">As written, without <c>partial</c>.</param>
/// <param name="Type">As it is to be written in emitted code.</param>
/// <param name="Name">The property's name.</param>
/// <param name="Accessors"><c>get</c>, <c>set</c>, <c>init</c>.</param>
/// <param name="Declaration">The attribute as written, for the doc comment; empty for none.</param>
/// <param name="Summary">The property's doc summary as plain text; null for none.</param>
internal sealed record DeclaredProperty(string Modifiers, string Type, string Name, EquatableArray<string> Accessors, string Declaration, string? Summary)
{
    public static DeclaredProperty Of(IPropertySymbol property, INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        PropertyDeclarationSyntax? syntax = property.DeclaringSyntaxReferences
            .Select(r => r.GetSyntax(cancellation))
            .OfType<PropertyDeclarationSyntax>()
            .FirstOrDefault();
        SyntaxNode? attribute = property.GetAttributes()
            .FirstOrDefault(static a => a.AttributeClass?.BaseType.IsOurs(nameof(MemberAttribute)) == true)
            ?.ApplicationSyntaxReference?.GetSyntax(cancellation);
        return new DeclaredProperty(
            string.Join(" ", syntax?.Modifiers.Select(static m => m.Text).Where(static m => m != "partial") ?? []),
            TypeNames.Of(property.Type, type.ContainingNamespace, compilation),
            property.Name,
            AccessorsOf(property).ToEquatable(),
            attribute is null ? "" : $"[{Wording.Of(attribute)}]",
            Documentation.Summary(property, cancellation));
    }

    private static IEnumerable<string> AccessorsOf(IPropertySymbol property)
    {
        if (property.GetMethod is not null)
            yield return "get";
        if (property.SetMethod is { } setter)
            yield return setter.IsInitOnly ? "init" : "set";
    }
}
