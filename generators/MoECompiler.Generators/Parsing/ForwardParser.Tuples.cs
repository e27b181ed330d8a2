using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

// Several tensors at once: tuples are returned and taken apart, never kept.
internal sealed partial class ForwardParser
{
    /// <summary><c>(Tensor a, Tensor b) = ...</c></summary>
    private void Deconstruction(IDeconstructionAssignmentOperation assignment, SyntaxNode syntax)
    {
        IOperation target = assignment.Target is IDeclarationExpressionOperation { Expression: ITupleOperation declared } ? declared : assignment.Target;
        IOperation value = assignment.Value.Unwrap();
        if (target is not ITupleOperation tuple || value.Type is null || value.Type.TensorCount() != tuple.Elements.Length)
        {
            NotInGraph(assignment);
            return;
        }
        List<ISymbol?> symbols = [];
        foreach (IOperation element in tuple.Elements)
        {
            ISymbol? symbol = Target(element);
            if (symbol is null && element is not IDiscardOperation)
            {
                NotInGraph(element);
                return;
            }
            symbols.Add(symbol);
        }

        string text = Wording.Of(syntax);
        if (value is IInvocationOperation invocation && MemberOf(invocation) is { } member)
        {
            if (Invoke(invocation, member) is { } invoke)
                Assign(symbols.Select(s => s is null ? ResultNames.Unused("discarded", _taken) : Written(s)).ToEquatable(), invoke, text, syntax);
        }
        else if (Results(value) is { } values)
        {
            AssignEach(symbols, values, text, syntax);
        }
    }

    /// <summary>One assignment a value. All values are meant as they were before, so a value that a target overwrites too early is put aside.</summary>
    private void AssignEach(List<ISymbol?> symbols, EquatableArray<Expression> results, string text, SyntaxNode syntax)
    {
        List<Expression> values = [.. results.Where((_, i) => symbols[i] is not null)];
        List<string> targets = [.. symbols.OfType<ISymbol>().Select(Written)];
        bool isOverwritten = Enumerable.Range(0, values.Count).Any(i => targets.Take(i).Any(t => Mentions(values[i], t)));
        for (int i = 0; i < values.Count && isOverwritten; i++)
        {
            string name = ResultNames.Unused("next", _taken);
            Assign(name, values[i], text, syntax);
            values[i] = new Expression.Local(name, values[i].Span);
        }
        for (int i = 0; i < values.Count; i++)
            Assign(targets[i], values[i], text, syntax);
    }

    private static bool Mentions(Expression expression, string name) => expression switch
    {
        Expression.Local local => local.Name == name,
        Expression.Call call => call.Arguments.Any(a => Mentions(a.Value, name)),
        Expression.Invoke invoke => invoke.Arguments.Any(a => Mentions(a, name)),
        _ => false,
    };

    /// <summary>The tensors that an expression gives, one or several; null where something is wrong, which is reported.</summary>
    private EquatableArray<Expression>? Results(IOperation operation)
    {
        operation = operation.Unwrap();
        switch (operation)
        {
            case ITupleOperation tuple:
                List<Expression?> elements = [.. tuple.Elements.Select(Tensor)];
                return elements.Contains(null) ? null : elements.Select(static e => e!).ToEquatable();
            case IConditionalOperation choice:
                return IsTrue(choice.Condition) is { } isTrue ? Results(isTrue ? choice.WhenTrue : choice.WhenFalse!) : null;
            case IInvocationOperation invocation when IsHelper(invocation.TargetMethod):
                return Inline(invocation);
            case IInvocationOperation invocation when invocation.Type?.TensorCount() > 1 && MemberOf(invocation) is { } member:
                if (Invoke(invocation, member) is not { } invoke)
                    return null;
                List<string> names = [.. ((INamedTypeSymbol)invocation.Type).TupleElements.Select(e => ResultNames.Unused(e.Name.Camel(), _taken))];
                Assign(names.ToEquatable(), invoke, Wording.Of(operation.Syntax), operation.Syntax);
                return names.Select(n => (Expression)new Expression.Local(n, invoke.Span)).ToEquatable();
            default:
                return Tensor(operation) is { } one ? [one] : null;
        }
    }
}
