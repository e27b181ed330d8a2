using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>What the results of a method are called in emitted code.</summary>
internal static class ResultNames
{
    /// <summary>
    /// A name for each result: of the tuple's element, else of the loss's parameter that takes it, else of the local that is returned.
    /// They differ from each other and from all that comes in, whatever the user wrote.
    /// </summary>
    public static EquatableArray<string> Of(IMethodSymbol method, Statement.Return returned, IMethodSymbol? loss)
    {
        int count = returned.Values.Count;
        IEnumerable<IParameterSymbol> inputs = method.Parameters.Concat(loss?.Parameters.Skip(count) ?? []);
        HashSet<string> taken = new(inputs.Select(static p => p.Name), StringComparer.Ordinal);
        List<string> names = [];
        for (int i = 0; i < count; i++)
        {
            string? element = method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements[i].IsExplicitlyNamedTupleElement
                ? tuple.TupleElements[i].Name
                : null;
            string? parameter = i < loss?.Parameters.Length ? loss.Parameters[i].Name : null;
            string? local = returned.Values[i] is Expression.Local { Name: var name } && !taken.Contains(name) ? name : null;
            names.Add(Unused(element ?? parameter ?? local ?? "output", taken));
        }
        return names.ToEquatable();
    }

    /// <summary>The name, with a number if it is taken; it is taken from then on.</summary>
    public static string Unused(string name, HashSet<string> taken)
    {
        string unused = name;
        for (int i = 2; !taken.Add(unused); i++)
            unused = name + Wording.Of(i);
        return unused;
    }
}
