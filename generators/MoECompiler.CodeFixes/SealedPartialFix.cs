using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.CodeFixes;

/// <summary>Makes a model or a module <c>sealed partial</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SealedPartialFix() : SyntaxFix(FixableIds.NotSealedPartial)
{
    protected override NodeChange? Fix(SyntaxNode at, Diagnostic diagnostic)
    {
        if (at.FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } declaration)
            return null;
        ClassDeclarationSyntax changed = declaration;
        foreach (SyntaxKind kind in new[] { SyntaxKind.SealedKeyword, SyntaxKind.PartialKeyword })
            changed = Modifiers.Add(changed, kind);
        return new NodeChange("Make it sealed partial", declaration, changed);
    }
}
