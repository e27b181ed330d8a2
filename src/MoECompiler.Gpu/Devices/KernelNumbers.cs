using System.Globalization;
using System.Text.RegularExpressions;

namespace MoECompiler;

/// <summary>
/// The numbers in a kernel's text. ILGPU counts types, labels and parameters through its whole context, so the same kernel has another text
/// each time; compilers that keep what they compiled, such as drivers' caches, would not know it again.
/// </summary>
internal static partial class KernelNumbers
{
    /// <summary>The text with its names numbered in the order in which they appear: <c>type_93643</c> becomes <c>type_0</c>. The kernel's own name stays.</summary>
    public static string Renumber(string text)
    {
        Dictionary<string, string> places = [];
        return Numbered().Replace(text, match =>
        {
            string number = match.Groups["number"].Value;
            if (!places.TryGetValue(number, out string? place))
                places.Add(number, place = places.Count.ToString(CultureInfo.InvariantCulture));
            return match.Groups["name"].Value + place;
        });
    }

    /// <summary>A name with a number at its end, or before what ILGPU appends to the types of a kernel's arguments.</summary>
    [GeneratedRegex(@"(?<!\w)(?!Kernel_)(?<name>[A-Za-z_]\w*?_)(?<number>\d+)(?=_kernel\b|\b)")]
    private static partial Regex Numbered();
}
