using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MoECompiler.Cli;

/// <summary>What several commands ask for.</summary>
internal static class CommonOptions
{
    public static readonly Argument<string> Assembly = new("MODEL.dll") { Description = "The assembly with the model" };

    public static readonly Option<string?> Model = new("--model") { Description = "The model's class, if the assembly has several", HelpName = "NAME" };

    public static readonly Option<Dictionary<string, int>> Sizes = new("--size")
    {
        Description = "Binds a size to another number than its default, such as Experts=4; may be repeated",
        HelpName = "NAME=N",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = ParseSizes,
        DefaultValueFactory = static _ => [],
    };

    public static readonly Option<string> Method = new("--method")
    {
        Description = "Forward, Evaluate or Backward",
        HelpName = "NAME",
        DefaultValueFactory = static _ => "Forward",
    };

    public static readonly Option<int> Rows = new("--rows") { Description = "The rows of a batch: the extent B", HelpName = "N", DefaultValueFactory = static _ => 64 };

    public static readonly Option<int> Extent = new("--extent")
    {
        Description = "Every other extent that only inputs tell, such as a length",
        HelpName = "N",
        DefaultValueFactory = static _ => 16,
    };

    private static Dictionary<string, int> ParseSizes(ArgumentResult result)
    {
        Dictionary<string, int> sizes = new(StringComparer.Ordinal);
        foreach (Token token in result.Tokens)
        {
            string[] parts = token.Value.Split('=');
            if (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0)
                sizes[parts[0]] = value;
            else
                result.AddError($"--size takes NAME=N with N from 1 on, and is given '{token.Value}'.");
        }
        return sizes;
    }
}
