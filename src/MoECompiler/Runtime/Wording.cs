using System.Text;

namespace MoECompiler;

/// <summary>How error messages show text that comes from a file: bounded, and on one line, whatever is in it.</summary>
internal static class Wording
{
    private const int MaximumLength = 100;

    /// <summary>The text in quotes, at most 100 characters of it; control characters and lone surrogates as '\uXXXX'.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text[..Math.Min(text.Length, MaximumLength)])
        {
            if (char.IsControl(c) || char.IsSurrogate(c))
                quoted.Append($"\\u{(int)c:X4}");
            else
                quoted.Append(c);
        }
        return quoted.Append(text.Length > MaximumLength ? "...\"" : "\"").ToString();
    }

    /// <summary>The first items in quotes with commas between, and how many more there are.</summary>
    public static string List(IEnumerable<string> items, int limit = 8)
    {
        List<string> shown = [];
        int more = 0;
        foreach (string item in items)
        {
            if (shown.Count < limit)
                shown.Add(Quote(item));
            else
                more++;
        }
        return shown.Count == 0 ? "none" : string.Join(", ", shown) + (more == 0 ? "" : $" and {more:N0} more");
    }
}
