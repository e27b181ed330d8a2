using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

// Expressions: locals, operators, calls of Tensor's methods, calls of members.
internal sealed partial class ForwardParser
{
    /// <summary>An expression that is a tensor; null where something is wrong, which is reported.</summary>
    private Expression? Tensor(IOperation operation)
    {
        operation = operation.Unwrap();
        switch (operation)
        {
            case ILocalReferenceOperation { Local: var local } when local.Type.IsTensor():
                return Name(local, operation);
            case IParameterReferenceOperation { Parameter: var parameter } when parameter.Type.IsTensor():
                return Name(parameter, operation);
            case IBinaryOperation binary when Operator(binary.OperatorMethod) is { } method:
                return Operand(binary.LeftOperand) is var left && Operand(binary.RightOperand) is { } right && left is not null
                    ? new Expression.Call(method, [new CallArgument("", left), new CallArgument("", right)], _context.Span(operation.Syntax))
                    : null;
            case IUnaryOperation unary when Operator(unary.OperatorMethod) is { } method:
                return Tensor(unary.Operand) is { } operand
                    ? new Expression.Call(method, [new CallArgument("", operand)], _context.Span(operation.Syntax))
                    : null;
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return IsTrue(choice.Condition) is { } isTrue ? Tensor(isTrue ? choice.WhenTrue : otherwise) : null;
            case IInvocationOperation invocation:
                return Invocation(invocation);
            case IFieldReferenceOperation { Instance: ILocalReferenceOperation { Type.IsTupleType: true } }:
                // Reported where the tuple was kept.
                _context.Fail();
                return null;
            default:
                NotInGraph(operation);
                return null;
        }
    }

    /// <summary>A local that has a value; one without is an error of C#.</summary>
    private Expression? Name(ISymbol symbol, IOperation operation)
    {
        if (_names.TryGetValue(symbol, out string? name))
            return new Expression.Local(name, _context.Span(operation.Syntax));
        _context.Fail();
        return null;
    }

    /// <summary>A tensor or a number.</summary>
    private Expression? Operand(IOperation operation) =>
        operation.Unwrap().Type.IsTensor() ? Tensor(operation) : NumberParser.Parse(_context, operation);

    /// <summary>The operator of Tensor as the formula's word for it; null for any other.</summary>
    private static string? Operator(IMethodSymbol? method) => method is not null && method.ContainingType.IsTensor()
        ? method.MetadataName switch
        {
            "op_Addition" => "Add",
            "op_Subtraction" => "Subtract",
            "op_Multiply" => "Multiply",
            "op_Division" => "Divide",
            "op_UnaryNegation" => "Negate",
            _ => null,
        }
        : null;

    private Expression? Invocation(IInvocationOperation invocation)
    {
        if (invocation.IsBroken())
        {
            _context.Fail();
            return null;
        }
        if (invocation.TargetMethod.ContainingType.IsTensor())
            return Call(invocation);
        bool isHelper = IsHelper(invocation.TargetMethod);
        if (!isHelper && MemberOf(invocation) is null)
        {
            NotInGraph(invocation);
            return null;
        }
        if (invocation.Type?.TensorCount() > 1)
        {
            _context.Report(ForwardDescriptors.Tuple, invocation.Syntax.GetLocation(), Wording.Of(invocation.Syntax));
            return null;
        }
        if (isHelper)
            return Inline(invocation) is [var result] ? result : null;
        return Invoke(invocation, MemberOf(invocation)!);
    }

    /// <summary>A method of Tensor. Its place is its own name and arguments, not the chain of calls before it.</summary>
    private Expression? Call(IInvocationOperation invocation)
    {
        List<CallArgument?> arguments = [];
        if (invocation.Instance is { } receiver)
            arguments.Add(Tensor(receiver) is { } value ? new CallArgument("", value) : null);
        foreach (IArgumentOperation argument in invocation.Arguments.OrderBy(static a => a.Parameter!.Ordinal))
            arguments.AddRange(CallArguments.Parse(_context, argument, Tensor));
        return arguments.Contains(null)
            ? null
            : new Expression.Call(invocation.TargetMethod.Name, arguments.Select(static a => a!).ToEquatable(), _context.Locations.Add(Link(invocation)));
    }

    private static Location Link(IInvocationOperation invocation) =>
        invocation.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } syntax
            ? Location.Create(syntax.SyntaxTree, TextSpan.FromBounds(access.Name.SpanStart, syntax.Span.End))
            : invocation.Syntax.GetLocation();
}
