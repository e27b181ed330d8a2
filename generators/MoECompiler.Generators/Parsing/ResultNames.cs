using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Lowering;

namespace MoECompiler.Generators.Parsing;

/// <summary>What the results of a method are called in emitted code.</summary>
internal static class ResultNames
{
    /// <summary>
    /// A name for each result, as parameters are written: of the tuple's element, else of the loss's parameter that takes it, else of the local that is returned.
    /// They differ from each other, from all that comes in and from what emitted code has for itself, whatever the user wrote.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="returned">What it returns.</param>
    /// <param name="loss">The loss that takes the results; null for none.</param>
    /// <param name="extents">The names of sizes and of free extents.</param>
    public static EquatableArray<string> Of(IMethodSymbol method, Statement.Return returned, IMethodSymbol? loss, IEnumerable<string> extents)
    {
        int count = returned.Values.Count;
        IEnumerable<IParameterSymbol> inputs = method.Parameters.Concat(loss?.Parameters.Skip(count) ?? []);
        HashSet<string> taken = new(inputs.Select(static p => p.Name).Concat(extents).Concat(EmittedNames.All).Concat(CSharpWords.All), StringComparer.Ordinal);
        List<string> names = [];
        for (int i = 0; i < count; i++)
        {
            string? element = method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements[i].IsExplicitlyNamedTupleElement
                ? Naming.Camel(tuple.TupleElements[i].Name)
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
