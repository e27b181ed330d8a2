using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MoECompiler.Cli.Checking;

/// <summary>The first line of a kernel's text, which tells what the text itself does not.</summary>
/// <param name="Name">The kernel's class and method.</param>
/// <param name="Target">What it is for: such as sm_80, or OpenCL.</param>
/// <param name="Threads">The threads of a group that it is launched with at most.</param>
internal sealed partial record KernelHeader(string Name, string Target, int Threads)
{
    /// <summary>The target of a text in OpenCL C.</summary>
    public const string OpenCl = "OpenCL";

    public override string ToString() => $"// {Name} for {Target}, {Threads} threads a group";

    public static bool TryParse(string line, [NotNullWhen(true)] out KernelHeader? header)
    {
        Match match = Line().Match(line);
        header = match.Success
            ? new KernelHeader(match.Groups[1].Value, match.Groups[2].Value, int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture))
            : null;
        return match.Success;
    }

    [GeneratedRegex(@"^// (\S+) for (\S+), (\d{1,4}) threads a group$")]
    private static partial Regex Line();
}
