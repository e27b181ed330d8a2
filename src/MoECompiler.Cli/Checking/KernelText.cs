using System.Text.RegularExpressions;

namespace MoECompiler.Cli.Checking;

/// <summary>A kernel's text, as <c>moec kernels</c> writes it, and what can be told from the text alone.</summary>
/// <param name="Header">The first line.</param>
/// <param name="Path">The file.</param>
/// <param name="Text">All of it.</param>
internal sealed partial record KernelText(KernelHeader Header, string Path, string Text)
{
    /// <summary>What follows the first line, alike for two compilations of the same kernel: models share many.</summary>
    public string Body { get; } = KernelNumbers.Renumber(Text[(Text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);

    public static KernelText Read(string path)
    {
        string text = File.ReadAllText(path);
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        return KernelHeader.TryParse(end < 0 ? text : text[..end].TrimEnd('\r'), out KernelHeader? header)
            ? new KernelText(header, path, text)
            : throw new CommandException($"{path} does not begin with what moec kernels writes there: for what it is, and the threads of a group.");
    }

    /// <summary>What must not be in a kernel.</summary>
    public IEnumerable<string> Flaws => Header.Target == KernelHeader.OpenCl ? OpenClFlaws : PtxFlaws;

    private IEnumerable<string> PtxFlaws
    {
        get
        {
            foreach (Match match in Extern().Matches(Text))
                yield return $"needs {match.Groups[1].Value}, which nobody has";
            // ILGPU leaves the empty bodies of intrinsics in the text; nothing may call them.
            foreach (string name in Call().Matches(Text).Select(static m => m.Groups[1].Value).Distinct())
                yield return $"calls {name}";
            if (Text.Contains(".local", StringComparison.Ordinal))
                yield return "uses local memory";
            if (Text.Contains(".f64", StringComparison.Ordinal))
                yield return "computes in f64";
        }
    }

    private IEnumerable<string> OpenClFlaws
    {
        get
        {
            if (Generic().IsMatch(Text))
                yield return "uses the generic address space";
            if (Double().IsMatch(Text))
                yield return "computes in double";
        }
    }

    [GeneratedRegex(@"\.extern\s+\.func\s+(?:\([^)]*\)\s*)?([\w$]+)")]
    private static partial Regex Extern();

    [GeneratedRegex(@"^\s*(?:@!?%\w+\s+)?call(?:\.uni)?\s+(?:\([^)]*\)\s*,\s*)?([\w$]+)", RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex(@"\b(?:__)?generic\b")]
    private static partial Regex Generic();

    [GeneratedRegex(@"\bdouble\d*\b")]
    private static partial Regex Double();
}
