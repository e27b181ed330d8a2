namespace MoECompiler.Generators.Parsing;

/// <summary>Tells a misspelled name from another name.</summary>
internal static class Spelling
{
    /// <summary>Whether the two differ by one letter added, left out or replaced, by two neighbours swapped, or by case; short names never do.</summary>
    public static bool IsNear(string written, string meant)
    {
        if (written == meant || Math.Min(written.Length, meant.Length) < 4 || Math.Abs(written.Length - meant.Length) > 1)
            return false;
        if (string.Equals(written, meant, StringComparison.OrdinalIgnoreCase))
            return true;
        int start = 0;
        while (start < Math.Min(written.Length, meant.Length) && written[start] == meant[start])
            start++;
        string a = written.Substring(start), b = meant.Substring(start);
        return a.Length == b.Length
            ? a.Substring(1) == b.Substring(1) || (a.Length > 1 && a[0] == b[1] && a[1] == b[0] && a.Substring(2) == b.Substring(2))
            : a.Length > b.Length ? a.Substring(1) == b : a == b.Substring(1);
    }
}
