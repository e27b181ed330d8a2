using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace MoECompiler.CodeFixes;

/// <summary>A fix that replaces one node: each states what it fixes, what it is called, and what becomes of the node.</summary>
public abstract class SyntaxFix(params string[] ids) : CodeFixProvider
{
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = [.. ids];

    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
            return;
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SyntaxNode at = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (Fix(at, diagnostic) is not { } fix)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create(
                    fix.Title,
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(Apply(root, fix))),
                    equivalenceKey: GetType().Name),
                diagnostic);
        }
    }

    /// <summary>The change; null where none is mechanical.</summary>
    /// <param name="at">The innermost node at the diagnostic's place.</param>
    /// <param name="diagnostic">With the arguments of its message as properties.</param>
    protected abstract NodeChange? Fix(SyntaxNode at, Diagnostic diagnostic);

    private static SyntaxNode Apply(SyntaxNode root, NodeChange fix) => fix.New is null
        ? root.RemoveNode(fix.Old, SyntaxRemoveOptions.KeepNoTrivia)!
        : root.ReplaceNode(fix.Old, fix.New);
}

/// <summary>A change of the syntax.</summary>
/// <param name="Title">What the editor offers.</param>
/// <param name="Old">The node as it is.</param>
/// <param name="New">What takes its place; null to remove it.</param>
public sealed record NodeChange(string Title, SyntaxNode Old, SyntaxNode? New);
