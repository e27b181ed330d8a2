using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>
/// Reads the body of a Forward or a Loss as a formula. It goes by what the code means (operations), not by how it is written. What the
/// grammar of <see cref="Statement"/> and <see cref="Expression"/> has no place for is reported at the very expression.
/// </summary>
internal sealed partial class ForwardParser
{
    private readonly ParseContext _context;
    private readonly INamedTypeSymbol _type;
    private readonly Dictionary<string, MemberSpec> _members;
    private readonly HashSet<string> _used;

    /// <summary>The methods that are being read, the outer one first: a helper's body stands in place of its call.</summary>
    private readonly List<IMethodSymbol> _methods = [];

    /// <summary>What each local and parameter is called in the formula: two of one name are told apart.</summary>
    private Dictionary<ISymbol, string> _names = new(SymbolEqualityComparer.Default);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<ISymbol, MemberSpec> _layers = new(SymbolEqualityComparer.Default);

    private List<Statement> _statements = [];
    private EquatableArray<Expression>? _returned;
    private SyntaxNode? _lastReturn;
    private bool _isInLoop;
    private bool _mayReturn = true;

    public ForwardParser(ParseContext context, IMethodSymbol method, EquatableArray<MemberSpec> members, HashSet<string> used)
    {
        _context = context;
        _type = method.ContainingType;
        _members = members.ToDictionary(static m => m.Name, StringComparer.Ordinal);
        _used = used;
        _methods.Add(method);
        foreach (IParameterSymbol parameter in method.Parameters)
            Declare(parameter);
    }

    /// <summary>The statements, a return last; null where something is wrong, which is reported.</summary>
    public EquatableArray<Statement>? Parse()
    {
        if (_context.Operation(Declaration(_methods[0])) is not IMethodBodyOperation body)
        {
            _context.Fail();
            return null;
        }
        SyntaxNode? last = Read(body);
        if (_returned is not { } values || last is null)
        {
            // Not all paths return: the C# compiler says so, or what keeps them from it has been reported.
            _context.Fail();
            return null;
        }
        string text = last is ReturnStatementSyntax ? Wording.Of(last) : $"return {Wording.Of(last)};";
        return _statements.Append(new Statement.Return(values, text, _context.Span(last))).ToEquatable();
    }

    private MethodDeclarationSyntax? Declaration(IMethodSymbol method) => method.DeclaringSyntaxReferences
        .Select(r => r.GetSyntax(_context.Cancellation))
        .OfType<MethodDeclarationSyntax>()
        .FirstOrDefault(static m => m.Body is not null || m.ExpressionBody is not null);

    /// <summary>Reads a method up to its return; the syntax of what is returned.</summary>
    private SyntaxNode? Read(IMethodBodyOperation body)
    {
        _returned = null;
        _lastReturn = null;
        if ((body.BlockBody ?? body.ExpressionBody) is { } block)
            Block(block.Operations);
        return _lastReturn;
    }

    private void Block(IEnumerable<IOperation> operations)
    {
        foreach (IOperation operation in operations)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            // What follows a return that a constant chose is never reached.
            if (_lastReturn is not null)
                return;
            Statement(operation);
        }
    }

    private void Statement(IOperation operation)
    {
        switch (operation)
        {
            case IBlockOperation block:
                Block(block.Operations);
                break;
            case IEmptyOperation:
                break;
            case IVariableDeclarationGroupOperation group:
                foreach (IVariableDeclaratorOperation declarator in group.Declarations.SelectMany(static d => d.Declarators))
                    Local(declarator, group.Syntax);
                break;
            case IExpressionStatementOperation { Operation: ISimpleAssignmentOperation assignment }:
                Assignment(assignment, operation.Syntax);
                break;
            case IExpressionStatementOperation { Operation: ICompoundAssignmentOperation assignment }:
                Compound(assignment, operation.Syntax);
                break;
            case IExpressionStatementOperation { Operation: IDeconstructionAssignmentOperation deconstruction }:
                Deconstruction(deconstruction, operation.Syntax);
                break;
            case IExpressionStatementOperation { Operation: IInvocationOperation or IPropertyReferenceOperation } useless when !useless.IsBroken():
                _context.Report(ForwardDescriptors.WithoutEffect, operation.Syntax.GetLocation(), Wording.Of(operation.Syntax));
                break;
            case IConditionalOperation branch:
                if (IsTrue(branch.Condition) is { } isTrue && (isTrue ? branch.WhenTrue : branch.WhenFalse) is { } chosen)
                    Statement(chosen);
                break;
            case IForEachLoopOperation { IsAsynchronous: false } loop when LayersOf(loop) is { } layers:
                Loop(loop, layers);
                break;
            case ILoopOperation loop:
                Unless(operation, ForwardDescriptors.Loop, Wording.Of(Head(loop.Syntax)));
                break;
            case IReturnOperation { ReturnedValue: { } value, Kind: OperationKind.Return }:
                Return(value, operation.Syntax);
                break;
            default:
                NotInGraph(operation);
                break;
        }
    }

    /// <summary>The value of a condition; null where it hangs on run time or on a size, which is reported.</summary>
    private bool? IsTrue(IOperation condition)
    {
        if (condition.ConstantValue is not { HasValue: true, Value: bool value })
            Unless(condition, ForwardDescriptors.RunTimeCondition, Wording.Of(condition.Syntax));
        else if (Constants.FirstSize(_context, condition) is { } size)
            _context.Report(ForwardDescriptors.ConditionOnSize, condition.Syntax.GetLocation(), Wording.Of(condition.Syntax), size.Name);
        else
            return value;
        return null;
    }

    private void Return(IOperation value, SyntaxNode syntax)
    {
        _lastReturn = syntax;
        if (_mayReturn)
            _returned = Results(value);
        else
            _context.Report(ForwardDescriptors.ReturnInLoop, syntax.GetLocation());
    }

    /// <summary>Reports what was written, unless it holds an error that the C# compiler reports itself.</summary>
    private void Unless(IOperation broken, DiagnosticDescriptor descriptor, params string[] arguments)
    {
        if (broken.IsBroken())
            _context.Fail();
        else
            _context.Report(descriptor, broken.Syntax.GetLocation(), arguments);
    }

    private void NotInGraph(IOperation operation)
    {
        // A statement is named by its head; its body would fill the message.
        string text = operation.Syntax is StatementSyntax and not ExpressionStatementSyntax ? Wording.Of(Head(operation.Syntax)) : Wording.Of(operation.Syntax);
        Unless(operation, ForwardDescriptors.NotInGraph, text, Remedy.For(operation));
    }

    /// <summary>A statement without what stands inside of it.</summary>
    private static IEnumerable<SyntaxToken> Head(SyntaxNode statement)
    {
        int end = statement switch
        {
            ForStatementSyntax loop => loop.CloseParenToken.Span.End,
            WhileStatementSyntax loop => loop.CloseParenToken.Span.End,
            DoStatementSyntax loop => loop.DoKeyword.Span.End,
            CommonForEachStatementSyntax loop => loop.CloseParenToken.Span.End,
            SwitchStatementSyntax choice => choice.OpenBraceToken.SpanStart,
            LocalFunctionStatementSyntax function => function.ParameterList.Span.End,
            _ => statement.DescendantNodes().OfType<BlockSyntax>().FirstOrDefault()?.SpanStart ?? statement.Span.End,
        };
        return statement.DescendantTokens().TakeWhile(t => t.Span.End <= end);
    }

    private string Declare(ISymbol symbol)
    {
        string name = ResultNames.Unused(symbol.Name, _taken);
        _names[symbol] = name;
        return name;
    }

    private void Assign(string target, Expression value, string text, SyntaxNode syntax) => Assign([target], value, text, syntax);

    private void Assign(EquatableArray<string> targets, Expression value, string text, SyntaxNode syntax) =>
        _statements.Add(new Statement.Assign(targets, value, text, _context.Span(syntax)));
}
