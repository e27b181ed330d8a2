using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.CodeFixes;

/// <summary>Removes an option that has no effect beside the others.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class OptionFix() : SyntaxFix(FixableIds.OptionWithoutEffect)
{
    protected override NodeChange? Fix(SyntaxNode at, Diagnostic diagnostic) =>
        at.FirstAncestorOrSelf<AttributeArgumentSyntax>() is { NameEquals.Name.Identifier.Text: var name, Parent: AttributeArgumentListSyntax list } option
            ? new NodeChange($"Remove `{name}`", list, list.WithArguments(list.Arguments.Remove(option)))
            : null;
}
