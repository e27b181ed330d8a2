using System.Globalization;
using System.Text.RegularExpressions;

namespace MoECompiler.Cli.Checking;

/// <summary>The instructions of a kernel that tell how it was meant, counted in what <c>nvdisasm</c> prints.</summary>
/// <param name="Loads">From memory.</param>
/// <param name="WideLoads">From memory, 128 bits at once.</param>
/// <param name="WideSharedLoads">From shared memory, 128 bits at once.</param>
/// <param name="TensorProducts">Of matrices, on tensor cores.</param>
/// <param name="LocalAccesses">To local memory, read or written.</param>
internal sealed partial record MachineCode(int Loads, int WideLoads, int WideSharedLoads, int TensorProducts, int LocalAccesses)
{
    public static MachineCode Parse(string sass) => new(
        Load().Count(sass), WideLoad().Count(sass), WideSharedLoad().Count(sass), Tensor().Count(sass), Local().Count(sass));

    /// <summary>What a kernel of this name must have and has not.</summary>
    /// <param name="name">The kernel's class and method.</param>
    /// <param name="threads">Of a group.</param>
    public IEnumerable<string> Flaws(string name, int threads)
    {
        if (LocalAccesses > 0)
            yield return $"goes to local memory {LocalAccesses} times";
        if (Tile().IsMatch(name) && WideLoads == 0 && WideSharedLoads == 0)
            yield return "loads nothing 128 bits at once, and works on a tile";
        if (!name.Contains("TensorCore", StringComparison.Ordinal))
            yield break;
        if (TensorProducts == 0)
            yield return "has no HMMA, and is for tensor cores";
        // An instruction multiplies 16 rows by 8 columns, 16 steps deep; a warp has its share of the tile.
        else if (Extents().Match(name) is { Success: true } tile && Number(tile, 1) * Number(tile, 2) / (16 * 8) / Math.Max(1, threads / 32) is var step and > 0 && TensorProducts % step != 0)
            yield return $"has {TensorProducts} HMMA, and its warps take {step} for 16 steps of the depth";
    }

    /// <summary>Kernels that keep a tile of the result in registers are named after it: 64x64.</summary>
    [GeneratedRegex(@"\d+x\d+|Tile")]
    private static partial Regex Tile();

    [GeneratedRegex(@"(\d+)x(\d+)")]
    private static partial Regex Extents();

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\bLDG\.|\bLDGSTS\.")]
    private static partial Regex Load();

    [GeneratedRegex(@"\bLDG(?:STS)?\.[A-Z0-9.]*\b128\b")]
    private static partial Regex WideLoad();

    [GeneratedRegex(@"\bLDS\.[A-Z0-9.]*\b128\b|\bLDSM\.")]
    private static partial Regex WideSharedLoad();

    [GeneratedRegex(@"\bHMMA\.")]
    private static partial Regex Tensor();

    [GeneratedRegex(@"\b(?:LDL|STL)\b")]
    private static partial Regex Local();
}
