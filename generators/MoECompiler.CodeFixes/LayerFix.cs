using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.CodeFixes;

/// <summary>Puts <c>{layer}</c> into the name of layers: at its end where it is missing, or in place of a placeholder that there is not.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class LayerFix() : SyntaxFix(FixableIds.LayerMissing, FixableIds.UnknownPlaceholder)
{
    protected override NodeChange? Fix(SyntaxNode at, Diagnostic diagnostic)
    {
        if (at.FirstAncestorOrSelf<AttributeSyntax>()?.ArgumentList?.Arguments.FirstOrDefault()?.Expression is not LiteralExpressionSyntax literal
            || at.FirstAncestorOrSelf<PropertyDeclarationSyntax>()?.Type is not GenericNameSyntax { Identifier.Text: "Layers" })
            return null;
        string name = literal.Token.ValueText;
        string? changed = diagnostic.Id == FixableIds.LayerMissing
            ? name + ".{layer}"
            : diagnostic.Properties.TryGetValue(FixableIds.Argument(2), out string? placeholder) ? name.Replace(placeholder!, "{layer}") : null;
        return changed is null
            ? null
            : new NodeChange(
                $"Write \"{changed}\"",
                literal,
                SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(changed)).WithTriviaFrom(literal));
    }
}
