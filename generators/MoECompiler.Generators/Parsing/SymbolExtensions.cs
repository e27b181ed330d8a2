using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MoECompiler.Generators.Parsing;

/// <summary>How the parsers recognize what the run-time assembly declares: by name and namespace, so that no symbol is kept.</summary>
internal static class SymbolExtensions
{
    public const string Namespace = nameof(MoECompiler);

    /// <summary>Whether the type is the run-time assembly's own of this name.</summary>
    public static bool IsOurs(this ITypeSymbol? type, string name) => type is not null && type.Name == name && type.IsOurs();

    public static bool IsOurs(this ITypeSymbol type) =>
        type is { ContainingType: null, ContainingNamespace: { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true } };

    public static bool IsTensor(this ITypeSymbol? type) => type.IsOurs("Tensor");

    public static bool IsError(this ITypeSymbol? type) => type is { TypeKind: TypeKind.Error };

    /// <summary>The attribute of ours with this class name, such as <c>SizeAttribute</c>; null for none.</summary>
    public static AttributeData? Ours(this ISymbol symbol, string attribute) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass.IsOurs(attribute));

    public static bool Has(this ISymbol symbol, string attribute) => symbol.Ours(attribute) is not null;

    public static bool IsSize(this IFieldSymbol field) => field.Has(nameof(SizeAttribute));

    /// <summary>The types of a tuple of tensors, or of one tensor; empty for anything else.</summary>
    public static int TensorCount(this ITypeSymbol type) => type switch
    {
        _ when type.IsTensor() => 1,
        INamedTypeSymbol { IsTupleType: true } tuple when tuple.TupleElements.All(static e => e.Type.IsTensor()) => tuple.TupleElements.Length,
        _ => 0,
    };

    /// <summary>The operation without conversions that the compiler put around it and without casts of tuples.</summary>
    public static IOperation Unwrap(this IOperation operation)
    {
        while (operation is IConversionOperation { OperatorMethod: null } conversion && (conversion.IsImplicit || conversion.Type is { IsTupleType: true }))
            operation = conversion.Operand;
        return operation;
    }

    /// <summary>Whether the compiler found an error in it, which it reports itself.</summary>
    public static bool IsBroken(this IOperation operation) =>
        operation.DescendantsAndSelf().Any(static o => o is IInvalidOperation || o.Type.IsError());

    /// <summary>Where the symbol's name stands.</summary>
    public static Location Place(this ISymbol symbol) => symbol.Locations.FirstOrDefault(static l => l.IsInSource) ?? Location.None;

    /// <summary>The name with its first letter small: a local of it.</summary>
    public static string Camel(this string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    /// <summary>The name with its first letter raised: a constructor's parameter as the property that it sets.</summary>
    public static string Pascal(this string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);
}
