using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.CodeFixes;

/// <summary>Removes the setter of a member.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SetterFix() : SyntaxFix(FixableIds.PropertySetter)
{
    protected override NodeChange? Fix(SyntaxNode at, Diagnostic diagnostic)
    {
        if (at.FirstAncestorOrSelf<AccessorDeclarationSyntax>() is not { Parent: AccessorListSyntax accessors } setter)
            return null;
        SyntaxList<AccessorDeclarationSyntax> others = accessors.Accessors.Remove(setter);
        return new NodeChange($"Remove `{setter.Keyword.Text};`", accessors, accessors.WithAccessors(others));
    }
}
