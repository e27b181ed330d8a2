using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.CodeFixes;

/// <summary>Makes a member a partial property with a getter alone.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class PartialPropertyFix() : SyntaxFix(FixableIds.PropertyForm)
{
    protected override NodeChange? Fix(SyntaxNode at, Diagnostic diagnostic)
    {
        // A property that is partial has something else the matter with it, and one with code has a meaning that would be lost.
        if (at.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is not { ExpressionBody: null, AccessorList: { } accessors } property
            || property.Modifiers.Any(SyntaxKind.PartialKeyword) || accessors.Accessors.Any(static a => a.Body is not null || a.ExpressionBody is not null))
            return null;
        AccessorDeclarationSyntax? getter = accessors.Accessors.FirstOrDefault(static a => a.IsKind(SyntaxKind.GetAccessorDeclaration));
        if (getter is null)
            return null;
        PropertyDeclarationSyntax changed = property.WithAccessorList(accessors.WithAccessors(SyntaxFactory.SingletonList(getter)));
        if (property.Initializer is not null)
        {
            changed = changed.WithInitializer(null).WithSemicolonToken(default)
                .WithAccessorList(changed.AccessorList!.WithTrailingTrivia(property.SemicolonToken.TrailingTrivia));
        }
        return new NodeChange("Make it partial", property, Modifiers.Add(changed, SyntaxKind.PartialKeyword));
    }
}
