using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads one partial property: <c>[Linear(Pixels, Width)] public partial Linear Stem { get; }</c>.</summary>
/// <param name="context">Of the class that has the property.</param>
/// <param name="path">The classes from the one that is parsed first down to the one that has the property.</param>
internal sealed class MemberParser(ParseContext context, IReadOnlyList<INamedTypeSymbol> path)
{
    private const string Suffix = "Attribute";

    /// <summary>The member; null for a property that is none, and where something is wrong, which is reported.</summary>
    public MemberSpec? Parse(IPropertySymbol property)
    {
        AttributeData[] attributes = [.. property.GetAttributes().Where(static a => a.AttributeClass?.BaseType.IsOurs(nameof(MemberAttribute)) == true)];
        bool isModuleType = ModuleOf(property.Type) is not null || AttributeOf(property.Type) is not null;
        if (!property.IsPartialDefinition && attributes.Length == 0 && !(isModuleType && IsAutomatic(property)))
            return null;
        if (property.Type.IsError())
        {
            context.Fail();
            return null;
        }
        if (!CheckForm(property) || !CheckAttributes(property, attributes))
            return null;
        return attributes.Length == 0 ? Nested(property) : Declared(property, attributes[0]);
    }

    private bool CheckForm(IPropertySymbol property)
    {
        string? oddity = property switch
        {
            { IsIndexer: true } => "is an indexer",
            { IsStatic: true } => "is static",
            { IsPartialDefinition: false } => "is not partial",
            { PartialImplementationPart: not null } => "has a body of its own",
            { GetMethod: null } => "has no getter",
            { RefKind: not RefKind.None } => "returns a reference",
            _ => null,
        };
        if (oddity is not null)
            context.Report(MemberDescriptors.PropertyForm, property.Place(), property.Name, oddity, Short(property.Type));
        else if (property.SetMethod is not null)
            context.Report(MemberDescriptors.PropertySetter, property.SetMethod.Place(), property.Name);
        else
            return true;
        return false;
    }

    private bool CheckAttributes(IPropertySymbol property, AttributeData[] attributes)
    {
        if (attributes.Length > 1)
            context.Report(MemberDescriptors.TwoModuleAttributes, property.Place(), property.Name, Kind(attributes[0]), Kind(attributes[1]));
        else if (attributes.Length == 1 && !property.Type.IsOurs(Kind(attributes[0])))
            context.Report(MemberDescriptors.TypeMismatch, property.Place(), Kind(attributes[0]), property.Name, Short(property.Type));
        else if (attributes.Length == 0 && AttributeOf(property.Type) is { } needed)
            context.Report(MemberDescriptors.NoModuleAttribute, property.Place(), property.Name, $"[{needed}(...)]");
        else if (attributes.Length == 0 && ModuleOf(property.Type) is null)
            context.Report(MemberDescriptors.NotAModule, property.Place(), Short(property.Type));
        else
            return true;
        return false;
    }

    /// <summary>A property of a [Module] type, which needs no attribute.</summary>
    private MemberSpec? Nested(IPropertySymbol property) =>
        Child(property, property.Type) is { } child ? Spec(property, "Module", [], child) : null;

    private MemberSpec? Declared(IPropertySymbol property, AttributeData attribute)
    {
        string kind = Kind(attribute);
        if (ArgumentParser.Parse(context, attribute) is not { } written || FormulaParser.Parse(context, property, written) is not { } arguments)
            return null;
        ArgumentRules.Check(context, kind, property.Name, arguments);
        ModuleSpec? child = null;
        if (property.Type is INamedTypeSymbol { TypeArguments: [var layer] })
        {
            child = Child(property, layer);
            if (child is null)
                return null;
            if (Repeated(child) is { } inner)
                context.Report(ForwardDescriptors.NestedLayers, property.Place(), $"{property.Name}.{inner}");
        }
        return Spec(property, kind, arguments.Select(static a => a.Spec).ToEquatable(), child);
    }

    private MemberSpec Spec(IPropertySymbol property, string kind, EquatableArray<ArgumentSpec> arguments, ModuleSpec? child) => new(
        property.Name,
        kind,
        TypeNames.Of(property.Type, path[0].ContainingNamespace, context.Compilation),
        Modifiers(property),
        arguments,
        child,
        WeightsParser.Parse(context, property, isLayers: kind == "Layers"),
        property.Has(nameof(FrozenAttribute)),
        Documentation.Summary(property, context.Cancellation),
        context.Locations.Add(property.Place()));

    private string Modifiers(IPropertySymbol property) => property.DeclaringSyntaxReferences
        .Select(r => r.GetSyntax(context.Cancellation))
        .OfType<PropertyDeclarationSyntax>()
        .Select(static p => string.Join(" ", p.Modifiers.Select(static m => m.Text).Where(static m => m != "partial")))
        .FirstOrDefault() ?? "";

    private ModuleSpec? Child(IPropertySymbol property, ITypeSymbol type)
    {
        if (type.IsError())
        {
            context.Fail();
            return null;
        }
        if (ModuleOf(type) is not { } module)
        {
            context.Report(MemberDescriptors.NotAModule, property.Place(), Short(type));
            return null;
        }
        if (path.Contains(module, SymbolEqualityComparer.Default))
        {
            string cycle = string.Join(" > ", path.SkipWhile(t => !SymbolEqualityComparer.Default.Equals(t, module)).Append(module).Select(static t => t.Name));
            context.Fail();
            // Each module on the way reports the way from itself to itself; a model that contains them has nothing to add.
            ParseContext reporter = SymbolEqualityComparer.Default.Equals(module, path[0]) ? context.Root : context;
            reporter.Report(MemberDescriptors.ModuleRecursion, property.Place(), module.Name, cycle);
            return null;
        }
        if (!module.DeclaringSyntaxReferences.Any(r => context.Compilation.ContainsSyntaxTree(r.SyntaxTree)))
        {
            context.Report(MemberDescriptors.ModuleFromElsewhere, property.Place(), module.Name);
            return null;
        }
        ParseContext silent = context.Silent();
        ModuleSpec? child = new ModuleParser(silent, [.. path, module]).Parse().Spec;
        if (!silent.IsSound)
            context.Fail();
        return silent.IsSound ? child : null;
    }

    /// <summary>The first layers inside of a module; null for none.</summary>
    private static string? Repeated(ModuleSpec module)
    {
        foreach (MemberSpec member in module.Members)
        {
            if (member.Kind == "Layers")
                return member.Name;
            if (member.Child is { } child && Repeated(child) is { } inner)
                return $"{member.Name}.{inner}";
        }
        return null;
    }

    private static INamedTypeSymbol? ModuleOf(ITypeSymbol type) => type is INamedTypeSymbol named && named.Has(nameof(ModuleAttribute)) ? named : null;

    /// <summary>The name of the attribute that declares members of this type of ours; null for none.</summary>
    private string? AttributeOf(ITypeSymbol type) =>
        type.IsOurs() && context.Compilation.GetTypeByMetadataName($"{SymbolExtensions.Namespace}.{type.Name}{Suffix}")?.BaseType.IsOurs(nameof(MemberAttribute)) == true
            ? type.Name
            : null;

    private static string Kind(AttributeData attribute) => attribute.AttributeClass!.Name.Substring(0, attribute.AttributeClass.Name.Length - Suffix.Length);

    private static string Short(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static bool IsAutomatic(IPropertySymbol property) =>
        property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property));
}
