using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads <c>[Shape("B", "T", Width)]</c>: a string is a free extent, a constant is fixed or a size.</summary>
internal static class ShapeParser
{
    /// <summary>The extents; null where something is wrong, which is reported.</summary>
    public static EquatableArray<Size>? Parse(ParseContext context, AttributeData attribute)
    {
        if (ArgumentParser.Creation(context, attribute) is not { Arguments: [var list] })
            return null;
        List<Size> extents = [];
        foreach (IOperation element in Elements(list.Value.Unwrap()))
        {
            if (Extent(context, element.Unwrap()) is { } extent)
                extents.Add(extent);
        }
        return extents.ToEquatable();
    }

    private static IEnumerable<IOperation> Elements(IOperation list) => list switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
        ICollectionExpressionOperation collection => collection.Elements,
        _ => [],
    };

    private static Size? Extent(ParseContext context, IOperation operation)
    {
        switch (operation.ConstantValue.Value)
        {
            case int value and >= 1:
                return SizeParser.Parse(context, operation);
            case string name when SyntaxFacts.IsValidIdentifier(name) && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None:
                context.FreeExtents.Add((name, operation.Syntax.GetLocation()));
                return Size.Symbol(name);
            default:
                context.Report(MemberDescriptors.BadExtent, operation.Syntax.GetLocation(), Wording.Of(operation.Syntax));
                return null;
        }
    }

    /// <summary>Reports free extents that have a size's name, or nearly so: the two would be different extents.</summary>
    public static void CheckNames(ParseContext context, INamedTypeSymbol type)
    {
        List<IFieldSymbol> sizes = [.. SizeDeclarations.Of(type).Concat(context.Sizes.Used).Distinct<IFieldSymbol>(SymbolEqualityComparer.Default)];
        foreach ((string name, Location location) in context.FreeExtents)
        {
            if (sizes.FirstOrDefault(s => s.Name == name) is { } same)
                context.Report(MemberDescriptors.ExtentNamedAsSize, location, name, Written(same, type));
            else if (sizes.FirstOrDefault(s => Spelling.IsNear(name, s.Name)) is { } near)
                context.Report(MemberDescriptors.ExtentLikeSize, location, name, near.Name, Written(near, type));
        }
    }

    private static string Written(IFieldSymbol size, INamedTypeSymbol from) =>
        SymbolEqualityComparer.Default.Equals(size.ContainingType, from) ? size.Name : $"{size.ContainingType.Name}.{size.Name}";
}
