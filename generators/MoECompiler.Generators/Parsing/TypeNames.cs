using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>Types as emitted code writes them: short where the file's namespace and <c>using MoECompiler</c> find them, else with <c>global::</c>.</summary>
internal static class TypeNames
{
    public static string Of(ITypeSymbol type, INamespaceSymbol from, Compilation compilation)
    {
        if (type is not INamedTypeSymbol { ContainingType: null, IsTupleType: false } named || !IsFound(named, from, compilation))
            return type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        return named.TypeArguments.Length == 0
            ? named.Name
            : $"{named.Name}<{string.Join(", ", named.TypeArguments.Select(a => Of(a, from, compilation)))}>";
    }

    /// <summary>Looks the name up from the inner namespace outwards, as C# does: the first namespace that has it decides, the using directive comes last.</summary>
    private static bool IsFound(INamedTypeSymbol type, INamespaceSymbol from, Compilation compilation)
    {
        for (INamespaceSymbol? at = from; at is not null; at = at.ContainingNamespace)
        {
            string name = at.IsGlobalNamespace ? type.MetadataName : $"{at.ToDisplayString()}.{type.MetadataName}";
            if (compilation.GetTypeByMetadataName(name) is { } found)
                return SymbolEqualityComparer.Default.Equals(found, type.OriginalDefinition);
        }
        return type.IsOurs();
    }
}
