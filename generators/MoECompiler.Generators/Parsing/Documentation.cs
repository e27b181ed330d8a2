using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MoECompiler.Generators.Parsing;

/// <summary>
/// Reads doc summaries as plain text. The text is taken from the comments themselves: a compilation without a documentation file does not
/// parse them.
/// </summary>
internal static class Documentation
{
    /// <summary>The summary on one line; null for none, and for XML that is not well formed.</summary>
    public static string? Summary(ISymbol symbol, CancellationToken cancellation)
    {
        foreach (SyntaxReference reference in symbol.DeclaringSyntaxReferences)
        {
            SyntaxNode node = reference.GetSyntax(cancellation);
            SyntaxNode declaration = node is VariableDeclaratorSyntax ? node.FirstAncestorOrSelf<MemberDeclarationSyntax>() ?? node : node;
            if (Summary(declaration.GetLeadingTrivia().ToFullString()) is { } summary)
                return summary;
        }
        return null;
    }

    private static string? Summary(string trivia)
    {
        StringBuilder xml = new("<doc>");
        foreach (string line in trivia.Split('\n').Select(static l => l.Trim()).Where(static l => l.StartsWith("///", StringComparison.Ordinal)))
            xml.Append(line.Substring(3)).Append('\n');
        try
        {
            XElement? summary = XElement.Parse(xml.Append("</doc>").ToString()).Element("summary");
            string text = summary is null ? "" : string.Join(" ", Text(summary).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return text.Length == 0 ? null : text;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The words of an element; a reference is the last part of what it refers to.</summary>
    private static string Text(XElement element)
    {
        StringBuilder text = new();
        foreach (XNode node in element.Nodes())
        {
            if (node is XText words)
                text.Append(words.Value);
            else if (node is XElement { IsEmpty: true } reference && reference.FirstAttribute?.Value is { } target)
                text.Append(target.Substring(target.LastIndexOf('.') + 1));
            else if (node is XElement inner)
                text.Append(Text(inner));
        }
        return text.ToString();
    }
}
