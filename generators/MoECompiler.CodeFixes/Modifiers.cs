using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MoECompiler.CodeFixes;

internal static class Modifiers
{
    /// <summary>The declaration with the modifier, unless it has it: <c>partial</c> comes last, another before it.</summary>
    public static T Add<T>(T declaration, SyntaxKind kind)
        where T : MemberDeclarationSyntax
    {
        SyntaxTokenList modifiers = declaration.Modifiers;
        if (modifiers.Any(kind))
            return declaration;
        int partial = modifiers.IndexOf(SyntaxKind.PartialKeyword);
        int place = partial < 0 ? modifiers.Count : partial;
        SyntaxToken modifier = SyntaxFactory.Token(kind).WithTrailingTrivia(SyntaxFactory.Space);
        if (place > 0)
            return (T)declaration.WithModifiers(modifiers.Insert(place, modifier));

        // What stands before the declaration's first word stands before the modifier from now on.
        SyntaxToken first = declaration.AttributeLists.Count > 0 ? declaration.AttributeLists.Last().GetLastToken().GetNextToken() : declaration.GetFirstToken();
        T bare = declaration.ReplaceToken(first, first.WithLeadingTrivia());
        return (T)bare.WithModifiers(bare.Modifiers.Insert(0, modifier.WithLeadingTrivia(first.LeadingTrivia)));
    }
}
