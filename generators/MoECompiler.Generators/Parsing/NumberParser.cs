using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads a constant number in a formula: baked in where it is computed without sizes, else as the formula that computes it.</summary>
internal static class NumberParser
{
    /// <summary>A literal, an int of sizes, or arithmetic on these; null where it is none, which is reported.</summary>
    public static Expression? Parse(ParseContext context, IOperation operation)
    {
        operation = operation.Unwrap();
        if (operation.IsBroken())
        {
            context.Fail();
            return null;
        }
        if (operation.ConstantValue is not { HasValue: true, Value: IConvertible constant and not (string or bool or char) })
        {
            context.Report(ForwardDescriptors.NotConstant, operation.Syntax.GetLocation(), Wording.Of(operation.Syntax));
            return null;
        }
        int span = context.Span(operation.Syntax);
        if (Constants.FirstSize(context, operation) is not { } size)
            return new Expression.Literal(constant.ToSingle(CultureInfo.InvariantCulture), span);
        if (operation.Type is { SpecialType: SpecialType.System_Int32 })
            return SizeParser.Parse(context, operation) is { } integer ? new Expression.Integer(integer, span) : null;
        switch (operation)
        {
            case IConversionOperation conversion:
                return Parse(context, conversion.Operand);
            case IFieldReferenceOperation or ILocalReferenceOperation when Constants.Initializer(context, operation) is { } initializer:
                return Parse(context, initializer);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } minus:
                return Parse(context, minus.Operand) is { } negated ? new Expression.Call("Negate", [new CallArgument("", negated)], span) : null;
            case IBinaryOperation { OperatorKind: var kind } binary when Word(kind) is { } word:
                return Parse(context, binary.LeftOperand) is { } left && Parse(context, binary.RightOperand) is { } right
                    ? new Expression.Call(word, [new CallArgument("", left), new CallArgument("", right)], span)
                    : null;
            default:
                context.Report(ForwardDescriptors.SizeRule, operation.Syntax.GetLocation(), Wording.Of(operation.Syntax), size.Name);
                return null;
        }
    }

    private static string? Word(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => "Add",
        BinaryOperatorKind.Subtract => "Subtract",
        BinaryOperatorKind.Multiply => "Multiply",
        BinaryOperatorKind.Divide => "Divide",
        _ => null,
    };
}
