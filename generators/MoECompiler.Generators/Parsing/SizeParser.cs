using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>
/// Makes a constant int a symbolic size: a [Size] keeps its name, another constant is replaced by the expression it is declared with,
/// what is computed without sizes is a number.
/// </summary>
internal static class SizeParser
{
    /// <summary>The size; null where it is not one, which is reported.</summary>
    public static Size? Parse(ParseContext context, IOperation operation)
    {
        if (operation.IsBroken())
        {
            context.Fail();
            return null;
        }
        if (operation is IConversionOperation { Operand: { Type.SpecialType: SpecialType.System_Int32 } operand })
            return Parse(context, operand);
        if (operation.ConstantValue is not { HasValue: true, Value: int value })
        {
            context.Report(ForwardDescriptors.NotConstant, operation.Syntax.GetLocation(), Wording.Of(operation.Syntax));
            return null;
        }
        if (Constants.FirstSize(context, operation) is not { } size)
            return Size.Of(value);
        switch (operation)
        {
            case IFieldReferenceOperation { Field: var field } when field.IsSize():
                return context.Sizes.Use(field);
            case IFieldReferenceOperation or ILocalReferenceOperation when Constants.Initializer(context, operation) is { } initializer:
                return Parse(context, initializer);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } minus:
                return Parse(context, minus.Operand) is { } negated ? Size.Zero - negated : null;
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Plus } plus:
                return Parse(context, plus.Operand);
            case IBinaryOperation { OperatorKind: var kind } binary when Rule(kind) is { } rule:
                return Parse(context, binary.LeftOperand) is { } left && Parse(context, binary.RightOperand) is { } right ? rule(left, right) : null;
            default:
                context.Report(ForwardDescriptors.SizeRule, operation.Syntax.GetLocation(), Wording.Of(operation.Syntax), size.Name);
                return null;
        }
    }

    private static Func<Size, Size, Size>? Rule(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => static (a, b) => a + b,
        BinaryOperatorKind.Subtract => static (a, b) => a - b,
        BinaryOperatorKind.Multiply => static (a, b) => a * b,
        BinaryOperatorKind.Divide => static (a, b) => a / b,
        _ => null,
    };
}
