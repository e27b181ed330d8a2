using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.CodeFixes;

/// <summary>Writes the size that a name in quotes means, or most likely means.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SizeFix() : SyntaxFix(FixableIds.ExtentNamedAsSize, FixableIds.ExtentLikeSize)
{
    protected override NodeChange? Fix(SyntaxNode at, Diagnostic diagnostic)
    {
        // The last argument of both messages is the constant as it is to be written.
        int last = diagnostic.Id == FixableIds.ExtentNamedAsSize ? 1 : 2;
        if (at.FirstAncestorOrSelf<LiteralExpressionSyntax>() is not { } literal || !diagnostic.Properties.TryGetValue(FixableIds.Argument(last), out string? size))
            return null;
        return new NodeChange($"Write `{size}`", literal, SyntaxFactory.ParseExpression(size!).WithTriviaFrom(literal));
    }
}
