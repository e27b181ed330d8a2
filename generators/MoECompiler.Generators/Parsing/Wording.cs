using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>What the user wrote, on one line: for messages, and for the comments of emitted code.</summary>
internal static class Wording
{
    private const int Longest = 120;

    /// <summary>The tokens of the node without comments, one space where there was any; cut where it is long.</summary>
    public static string Of(SyntaxNode node) => Of(node.DescendantTokens());

    public static string Of(IEnumerable<SyntaxToken> tokens)
    {
        StringBuilder text = new();
        SyntaxToken? previous = null;
        foreach (SyntaxToken token in tokens)
        {
            if (previous is { } before && HasSpace(before, token))
                text.Append(' ');
            text.Append(token.Text);
            previous = token;
            if (text.Length > Longest)
                return text.ToString(0, Longest) + "...";
        }
        // A raw string holds line ends of its own.
        return text.Replace('\r', ' ').Replace('\n', ' ').ToString();
    }

    public static string Of(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>a, b or c.</summary>
    public static string Or(IEnumerable<string> words)
    {
        List<string> all = [.. words];
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all.Take(all.Count - 1))} or {all[all.Count - 1]}";
    }

    /// <summary>A chain of calls over several lines closes up; everything else keeps its spaces.</summary>
    private static bool HasSpace(SyntaxToken left, SyntaxToken right) =>
        (left.HasTrailingTrivia || right.HasLeadingTrivia)
        && right.Text is not ("." or "?" or ")" or "]" or ";" or ",")
        && left.Text is not ("." or "(" or "[");
}
