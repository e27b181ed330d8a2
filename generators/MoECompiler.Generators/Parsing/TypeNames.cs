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

    /// <summary>Looks the name up as C# does: in the file's namespace, by the using directive in it, then outwards. The first that has it decides.</summary>
    private static bool IsFound(INamedTypeSymbol type, INamespaceSymbol from, Compilation compilation)
    {
        List<string> spaces = [from.IsGlobalNamespace ? "" : from.ToDisplayString() + ".", SymbolExtensions.Namespace + "."];
        for (INamespaceSymbol? outer = from.ContainingNamespace; outer is not null; outer = outer.ContainingNamespace)
            spaces.Add(outer.IsGlobalNamespace ? "" : outer.ToDisplayString() + ".");
        INamedTypeSymbol? found = spaces.Select(s => compilation.GetTypeByMetadataName(s + type.MetadataName))
            .FirstOrDefault(t => t is not null && compilation.IsSymbolAccessibleWithin(t, compilation.Assembly));
        return SymbolEqualityComparer.Default.Equals(found, type.OriginalDefinition);
    }
}
