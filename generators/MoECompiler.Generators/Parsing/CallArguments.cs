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
        switch (parameter.Type.SpecialType)
        {
            case SpecialType.System_Int32:
                return Integer(context, parameter, value);
            case SpecialType.System_Single:
                return NumberParser.Parse(context, value);
        }
        if (value.ConstantValue is not { HasValue: true, Value: bool flag })
            context.Report(ForwardDescriptors.NotConstant, value.Syntax.GetLocation(), Wording.Of(value.Syntax));
        else if (Constants.FirstSize(context, value) is { } size)
            context.Report(ForwardDescriptors.NumberFromSize, value.Syntax.GetLocation(), Wording.Of(value.Syntax), size.Name);
        else
            return new Expression.Option(flag ? "true" : "false", context.Span(value.Syntax));
        return null;
    }

    /// <summary>An extent may hang on sizes; an axis decides the graph itself, so it may not.</summary>
    private static Expression? Integer(ParseContext context, IParameterSymbol parameter, IOperation value)
    {
        if (parameter.Name is "axis" or "axes" or "order" && Constants.FirstSize(context, value) is { } size)
        {
            context.Report(ForwardDescriptors.NumberFromSize, value.Syntax.GetLocation(), Wording.Of(value.Syntax), size.Name);
            return null;
        }
        return SizeParser.Parse(context, value.Unwrap()) is { } extent ? new Expression.Integer(extent, context.Span(value.Syntax)) : null;
    }
}
