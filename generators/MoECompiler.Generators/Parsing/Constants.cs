using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace MoECompiler.Generators.Parsing;

/// <summary>Follows constants to the expressions that they are declared with, so that what is computed from sizes is seen as such.</summary>
internal static class Constants
{
    /// <summary>The expression behind a reference to a constant; null where it is not one, or is of another project, and for a size.</summary>
    public static IOperation? Initializer(ParseContext context, IOperation operation) => operation switch
    {
        IFieldReferenceOperation { Field: { IsConst: true, HasConstantValue: true, ContainingType.TypeKind: not TypeKind.Enum } field } when !field.IsSize() =>
            Declared(context, field),
        ILocalReferenceOperation { Local: { IsConst: true, HasConstantValue: true } local } => Declared(context, local),
        _ => null,
    };

    private static IOperation? Declared(ParseContext context, ISymbol constant) => context.Operation(constant.DeclaringSyntaxReferences
        .Select(r => r.GetSyntax(context.Cancellation))
        .OfType<VariableDeclaratorSyntax>()
        .Select(static d => d.Initializer?.Value)
        .FirstOrDefault());

    /// <summary>The first size that the value is computed from; null where it is computed without.</summary>
    public static IFieldSymbol? FirstSize(ParseContext context, IOperation operation)
    {
        foreach (IOperation part in operation.DescendantsAndSelf())
        {
            if (part is IFieldReferenceOperation { Field: var field } && field.IsSize())
                return field;
            if (Initializer(context, part) is { } initializer && FirstSize(context, initializer) is { } inside)
                return inside;
        }
        return null;
    }
}
