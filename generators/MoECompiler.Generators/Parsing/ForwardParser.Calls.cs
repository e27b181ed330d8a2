using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

// Calls of members, and of the class's own helper methods, whose bodies stand in place of the calls.
internal sealed partial class ForwardParser
{
    /// <summary>The member or the layer whose Forward is called; null for any other call.</summary>
    private MemberSpec? MemberOf(IInvocationOperation invocation)
    {
        IMethodSymbol method = invocation.TargetMethod;
        if (!(method.ContainingType.IsOurs() ? method.Name == "Forward" : method.Has(nameof(ForwardAttribute))))
            return null;
        return invocation.Instance?.Unwrap() switch
        {
            IPropertyReferenceOperation { Instance: IInstanceReferenceOperation, Property.Name: var name } =>
                _members.TryGetValue(name, out MemberSpec? member) ? member : null,
            ILocalReferenceOperation { Local: var local } => _layers.TryGetValue(local, out MemberSpec? layer) ? layer : null,
            _ => null,
        };
    }

    private Expression.Invoke? Invoke(IInvocationOperation invocation, MemberSpec member)
    {
        List<Expression?> arguments = [.. invocation.Arguments.OrderBy(static a => a.Parameter!.Ordinal).Select(a => Tensor(a.Value))];
        _used.Add(member.Name);
        if (arguments.Contains(null))
            return null;
        string name = invocation.Instance?.Unwrap() is ILocalReferenceOperation { Local: var layer } ? _names[layer] : member.Name;
        return new Expression.Invoke(name, arguments.Select(static a => a!).ToEquatable(), _context.Span(invocation.Syntax));
    }

    private bool IsHelper(IMethodSymbol method) =>
        SymbolEqualityComparer.Default.Equals(method.ContainingType, _type) && method.MethodKind == MethodKind.Ordinary
        && !method.Has(nameof(ForwardAttribute)) && !method.Has(nameof(LossAttribute));

    /// <summary>The results of a helper, after its statements; null where something is wrong, which is reported.</summary>
    private EquatableArray<Expression>? Inline(IInvocationOperation invocation)
    {
        IMethodSymbol method = invocation.TargetMethod;
        Location place = invocation.Syntax.GetLocation();
        if (_methods.Contains(method, SymbolEqualityComparer.Default))
        {
            _context.Report(ForwardDescriptors.HelperRecursion, place, method.Name);
            return null;
        }
        if (HelperOddity(method) is { } oddity)
        {
            _context.Report(ForwardDescriptors.HelperForm, place, method.Name, oddity);
            return null;
        }
        if (_context.Operation(Declaration(method)) is not IMethodBodyOperation body)
        {
            _context.Fail();
            return null;
        }

        // The names inside are the helper's alone, and new for each call: a result of one call may be used beside that of the next.
        Dictionary<ISymbol, string> names = new(_names, SymbolEqualityComparer.Default);
        foreach (IArgumentOperation argument in invocation.Arguments.OrderBy(static a => a.Parameter!.Ordinal))
        {
            if (Tensor(argument.Value) is not { } value)
                return null;
            Bind(argument.Parameter!, value, body, argument.Value.Syntax);
        }
        (SyntaxNode? lastReturn, EquatableArray<Expression>? returned, bool mayReturn) = (_lastReturn, _returned, _mayReturn);
        _mayReturn = true;
        _methods.Add(method);
        Read(body);
        _methods.RemoveAt(_methods.Count - 1);
        EquatableArray<Expression>? results = _returned;
        (_lastReturn, _returned, _mayReturn, _names) = (lastReturn, returned, mayReturn, names);
        if (results is null)
            _context.Fail();
        return results;
    }

    /// <summary>A parameter of a helper: another name for a local that comes in, unless the helper changes it; else a local of its own.</summary>
    private void Bind(IParameterSymbol parameter, Expression value, IMethodBodyOperation body, SyntaxNode syntax)
    {
        bool isChanged = body.Descendants().OfType<IAssignmentOperation>().Any(a => a.Target.DescendantsAndSelf()
            .Any(t => t is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, parameter)));
        if (value is Expression.Local { Name: var name } && !isChanged)
            _names[parameter] = name;
        else
            Assign(Declare(parameter), value, $"Tensor {parameter.Name} = {Wording.Of(syntax)};", syntax);
    }

    private static string? HelperOddity(IMethodSymbol method) => method switch
    {
        { IsAsync: true } => "is async",
        { Arity: > 0 } => "has type parameters",
        { IsExtern: true } => "has no body",
        _ when method.ReturnType.TensorCount() == 0 => "returns no tensor",
        _ => method.Parameters
            .Select(static p => MethodParser.ParameterOddity(p) is { } strange ? $"has the parameter `{p.Name}`, which {strange}" : null)
            .FirstOrDefault(static o => o is not null),
    };
}
