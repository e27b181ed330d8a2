using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads an argument of a method of Tensor by the type of its parameter.</summary>
internal static class CallArguments
{
    /// <summary>The argument under its parameter's name, of a list one for each element; null for one that is wrong, which is reported.</summary>
    public static IEnumerable<CallArgument?> Parse(ParseContext context, IArgumentOperation argument, Func<IOperation, Expression?> tensor)
    {
        IParameterSymbol parameter = argument.Parameter!;
        IOperation value = argument.Value.Unwrap();
        if (parameter.Type is IArrayTypeSymbol)
            return Elements(context, value).Select(e => Named(e is null ? null : Integer(context, parameter, e)));
        return [Named(parameter.Type.IsTensor() ? tensor(value) : Plain(context, parameter, value))];

        CallArgument? Named(Expression? expression) => expression is null ? null : new CallArgument(parameter.Name, expression);
    }

    private static IEnumerable<IOperation?> Elements(ParseContext context, IOperation list)
    {
        ImmutableArray<IOperation> elements = list switch
        {
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
            IArrayCreationOperation { DimensionSizes: [{ ConstantValue: { HasValue: true, Value: 0 } }] } => [],
            ICollectionExpressionOperation { Elements: var items } when !items.Any(static i => i is ISpreadOperation) => items,
            _ => default,
        };
        if (!elements.IsDefault)
            return elements;
        context.Report(ForwardDescriptors.NotConstant, list.Syntax.GetLocation(), Wording.Of(list.Syntax));
        return [null];
    }

    private static Expression? Plain(ParseContext context, IParameterSymbol parameter, IOperation value)
    {
        if (parameter.Type.SpecialType == SpecialType.System_Int32)
            return Integer(context, parameter, value);
        if (!CheckPlain(context, parameter, value))
            return null;
        if (parameter.Type.SpecialType == SpecialType.System_Single)
            return NumberParser.Parse(context, value);
        if (value.ConstantValue is { HasValue: true, Value: bool flag })
            return new Expression.Option(flag ? "true" : "false", context.Span(value.Syntax));
        context.Report(ForwardDescriptors.NotConstant, value.Syntax.GetLocation(), Wording.Of(value.Syntax));
        return null;
    }

    /// <summary>Extents, and numbers in formulas, may hang on sizes; what decides the graph itself, or is baked into an op, may not.</summary>
    private static bool CheckPlain(ParseContext context, IParameterSymbol parameter, IOperation value)
    {
        if (parameter.Name is "start" or "count" or "extents" or "x" or "y" || Constants.FirstSize(context, value) is not { } size)
            return true;
        context.Report(ForwardDescriptors.NumberFromSize, value.Syntax.GetLocation(), Wording.Of(value.Syntax), size.Name);
        return false;
    }

    private static Expression? Integer(ParseContext context, IParameterSymbol parameter, IOperation value)
    {
        if (!CheckPlain(context, parameter, value))
            return null;
        return SizeParser.Parse(context, value.Unwrap()) is { } extent ? new Expression.Integer(extent, context.Span(value.Syntax)) : null;
    }
}
