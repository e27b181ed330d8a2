using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

// Declarations, assignments, and the one loop that there is.
internal sealed partial class ForwardParser
{
    private void Local(IVariableDeclaratorOperation declarator, SyntaxNode statement)
    {
        ILocalSymbol local = declarator.Symbol;
        // A constant is followed from where it is used; a local without a value gets its name with its first assignment.
        if (local.IsConst || (declarator.GetVariableInitializer() is null && local.Type.IsTensor()))
            return;
        if (declarator.GetVariableInitializer() is not { Value: var value } || local.RefKind != RefKind.None)
        {
            NotInGraph(declarator);
        }
        else if (local.Type.TensorCount() > 1)
        {
            Unless(value, ForwardDescriptors.Tuple, Wording.Of(value.Syntax));
        }
        else if (!local.Type.IsTensor())
        {
            Unless(declarator, ForwardDescriptors.NotConstant, Wording.Of(declarator.Syntax));
        }
        else if (Tensor(value) is { } expression)
        {
            bool isAlone = statement is LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 };
            Assign(Declare(local), expression, isAlone ? Wording.Of(statement) : $"Tensor {Wording.Of(declarator.Syntax)};", declarator.Syntax);
        }
    }

    private void Assignment(ISimpleAssignmentOperation assignment, SyntaxNode syntax)
    {
        if (assignment.IsRef || Target(assignment.Target) is not { } target)
            NotInGraph(assignment.IsRef ? assignment : assignment.Target);
        else if (Tensor(assignment.Value) is { } value)
            Assign(Written(target), value, Wording.Of(syntax), syntax);
    }

    /// <summary><c>x += y</c> is <c>x = x + y</c>.</summary>
    private void Compound(ICompoundAssignmentOperation assignment, SyntaxNode syntax)
    {
        if (Target(assignment.Target) is not { } target || Operator(assignment.OperatorMethod) is not { } method)
            NotInGraph(Target(assignment.Target) is null ? assignment.Target : assignment);
        else if (Tensor(assignment.Target) is { } left && Operand(assignment.Value) is { } right)
            Assign(Written(target), new Expression.Call(method, [new CallArgument("", left), new CallArgument("", right)], left.Span), Wording.Of(syntax), syntax);
    }

    /// <summary>The local or parameter that is written to; null for anything else.</summary>
    private static ISymbol? Target(IOperation operation) => operation switch
    {
        ILocalReferenceOperation { Local: { RefKind: RefKind.None } local } when local.Type.IsTensor() => local,
        IParameterReferenceOperation { Parameter: { RefKind: RefKind.None } parameter } when parameter.Type.IsTensor() => parameter,
        IDeclarationExpressionOperation { Expression: ILocalReferenceOperation { Local: var declared } } when declared.Type.IsTensor() => declared,
        _ => null,
    };

    /// <summary>The name of what is written to, from here on assigned.</summary>
    private string Written(ISymbol target) => _names.TryGetValue(target, out string? name) ? name : Declare(target);

    /// <summary>The member that a foreach runs through; null for any other loop.</summary>
    private MemberSpec? LayersOf(IForEachLoopOperation loop) =>
        loop.Collection.Unwrap() is IPropertyReferenceOperation { Instance: IInstanceReferenceOperation, Property.Name: var name }
        && _members.TryGetValue(name, out MemberSpec? member) && member.Kind == "Layers" && loop.LoopControlVariable is IVariableDeclaratorOperation
            ? member
            : null;

    private void Loop(IForEachLoopOperation loop, MemberSpec member)
    {
        if (_isInLoop)
        {
            _context.Report(ForwardDescriptors.NestedLayers, loop.Collection.Syntax.GetLocation(), member.Name);
            return;
        }
        ISymbol variable = ((IVariableDeclaratorOperation)loop.LoopControlVariable).Symbol;
        string name = Declare(variable);
        _layers[variable] = member;
        _used.Add(member.Name);

        HashSet<string> outside = new(_names.Values, StringComparer.Ordinal);
        (List<Statement> around, bool mayReturn) = (_statements, _mayReturn);
        (_statements, _isInLoop, _mayReturn) = ([], true, false);
        Statement(loop.Body);
        (List<Statement> body, _statements, _isInLoop, _mayReturn) = (_statements, around, false, mayReturn);

        string head = Wording.Of(Head(loop.Syntax));
        if (_context.IsSound && !body.OfType<Statement.Assign>().SelectMany(static a => a.Targets).Any(outside.Contains))
            _context.Report(ForwardDescriptors.WithoutEffect, loop.Syntax.GetLocation(), head);
        _statements.Add(new Statement.ForEach(name, member.Name, body.ToEquatable(), head, _context.Span(loop.Collection.Syntax)));
    }
}
