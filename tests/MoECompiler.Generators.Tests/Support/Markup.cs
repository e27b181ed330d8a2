using Microsoft.CodeAnalysis.Text;

namespace MoECompiler.Generators.Tests.Support;

/// <summary>Source with the place of a diagnostic between <c>[|</c> and <c>|]</c>.</summary>
internal static class Markup
{
    public static (string Source, TextSpan? Place) Parse(string marked)
    {
        int start = marked.IndexOf("[|", StringComparison.Ordinal);
        if (start < 0)
            return (marked, null);
        int end = marked.IndexOf("|]", StringComparison.Ordinal) - 2;
        return (marked.Remove(end + 2, 2).Remove(start, 2), TextSpan.FromBounds(start, end));
    }
}
