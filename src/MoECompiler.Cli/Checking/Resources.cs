using System.Globalization;
using System.Text.RegularExpressions;

namespace MoECompiler.Cli.Checking;

/// <summary>What a kernel takes of a multiprocessor, by <c>ptxas -v</c>.</summary>
/// <param name="Registers">Of a thread.</param>
/// <param name="SharedBytes">Of a group.</param>
/// <param name="StackBytes">Of a thread: its share of local memory, which is as slow as all memory.</param>
/// <param name="SpillBytes">Written and read because registers did not suffice.</param>
internal sealed partial record Resources(int Registers, int SharedBytes, int StackBytes, int SpillBytes)
{
    /// <summary>The greatest of everything, over the functions in a text.</summary>
    public static Resources Parse(string output) => new(
        Greatest(UsedRegisters(), output), Greatest(UsedShared(), output), Greatest(Stack(), output), Greatest(Spills(), output));

    public IEnumerable<string> Flaws
    {
        get
        {
            if (StackBytes > 0)
                yield return $"has a stack frame of {StackBytes} bytes";
            if (SpillBytes > 0)
                yield return $"spills {SpillBytes} bytes";
        }
    }

    private static int Greatest(Regex pattern, string output) =>
        pattern.Matches(output).Select(static m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex UsedRegisters();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex UsedShared();

    [GeneratedRegex(@"(\d+) bytes stack frame")]
    private static partial Regex Stack();

    [GeneratedRegex(@"(\d+) bytes spill (?:stores|loads)")]
    private static partial Regex Spills();
}
