using MoECompiler.Generators.Diagnostics;
using MoECompiler.Modules;

namespace MoECompiler.Generators.Parsing;

/// <summary>
/// Which values the arguments of modules may have, checked at the default sizes. A number is judged by its name, which means the same in
/// each module; an int that is not named here is at least 1.
/// </summary>
internal static class ArgumentRules
{
    private sealed record Range(string Text, Func<double, bool> Holds);

    private static readonly Range s_positiveInteger = new("at least 1", static v => v >= 1);
    private static readonly Range s_count = new("at least 0", static v => v >= 0);
    private static readonly Range s_positive = new("greater than 0 and finite", static v => v > 0 && v <= float.MaxValue);
    private static readonly Range s_notNegative = new("at least 0 and finite", static v => v >= 0 && v <= float.MaxValue);

    private static readonly Range s_share = new("at least 0 and below 1", static v => v >= 0 && v < 1);

    private static readonly Dictionary<string, Range> s_ranges = new(StringComparer.Ordinal)
    {
        ["Padding"] = s_count,
        ["SharedExperts"] = s_count,
        ["RouterSeed"] = s_count,
        ["Rate"] = s_share,
        ["BranchDropout"] = s_share,
        ["Epsilon"] = s_positive,
        ["CapacityFactor"] = s_notNegative,
        ["NoiseScale"] = s_notNegative,
        ["EvaluationCapacityFactor"] = s_notNegative,
        ["TopP"] = new("greater than 0 and at most 1", static v => v > 0 && v <= 1),
        ["Threshold"] = s_share,
        ["Temperature"] = s_positive,
        ["FinalTemperature"] = s_positive,
        ["BiasRate"] = s_notNegative,
        ["RoutedScale"] = s_positive,
        ["Freedom"] = s_positive,
        ["Clamp"] = s_positive,
        ["Scale"] = s_positive,
        ["Alpha"] = s_positive,
        ["RotaryBase"] = s_positive,
    };

    public static void Check(ParseContext context, string kind, string member, IReadOnlyList<WrittenArgument> arguments)
    {
        foreach (WrittenArgument argument in arguments)
        {
            Range? range = s_ranges.TryGetValue(argument.Name, out Range? named) ? named
                : RouterPartKinds.Losses.Any(loss => loss.Argument == argument.Name) ? s_notNegative
                : argument.Spec.Value is ArgumentValue.Integer ? s_positiveInteger
                : null;
            if (range is not null && !range.Holds(argument.Number))
                context.Report(MemberDescriptors.ArgumentRange, argument.Location, argument.Name, member, Wording.Of(argument.Constant), range.Text);
        }
        if (kind is "RoutedExperts" or "ConvolutionExperts")
            RouterRules.Check(context, member, arguments);
        if (kind is "Attention" or "PositionHead")
            AttentionRules.Check(context, kind, member, arguments);
        if (kind == "MemoryExperts")
            CheckGrid(context, member, arguments);
    }

    /// <summary>The best of all lie in the best rows and columns where there are as many of those.</summary>
    private static void CheckGrid(ParseContext context, string member, IReadOnlyList<WrittenArgument> arguments)
    {
        WrittenArgument? topK = arguments.FirstOrDefault(static a => a.Name == "TopK");
        WrittenArgument? least = arguments.Where(static a => a.Name is "Rows" or "Columns").OrderBy(static a => a.Number).FirstOrDefault();
        if (topK is not null && least is not null && topK.Number > least.Number)
            context.Report(MemberDescriptors.ArgumentRange, topK.Location, "TopK", member, Wording.Of(topK.Constant), $"at most {least.Name}, {Wording.Of(least.Constant)}");
    }
}
