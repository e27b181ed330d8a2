using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>
/// What a class's emitted files are called: its full name. Names of emitted files are compared without regard to case, as some disks do,
/// so where names differ by case alone, a number tells them apart.
/// </summary>
internal static class FileNames
{
    public static string Of(INamespaceOrTypeSymbol symbol)
    {
        string name = symbol is INamedTypeSymbol { Arity: > 0 and var arity } ? $"{symbol.Name}_{Wording.Of(arity)}" : symbol.Name;
        INamespaceOrTypeSymbol? container = symbol.ContainingType ?? (INamespaceOrTypeSymbol?)symbol.ContainingNamespace;
        if (container is null)
            return name;
        int rank = container.GetMembers()
            .Select(static m => m.Name)
            .Where(n => string.Equals(n, symbol.Name, StringComparison.OrdinalIgnoreCase) && string.CompareOrdinal(n, symbol.Name) < 0)
            .Distinct(StringComparer.Ordinal)
            .Count();
        string unique = rank == 0 ? name : $"{name}_{Wording.Of(rank + 1)}";
        return container is INamespaceSymbol { IsGlobalNamespace: true } ? unique : $"{Of(container)}.{unique}";
    }
}
