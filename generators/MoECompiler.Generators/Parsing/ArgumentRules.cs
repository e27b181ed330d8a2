using MoECompiler.Generators.Diagnostics;

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

    private static readonly Dictionary<string, Range> s_ranges = new(StringComparer.Ordinal)
    {
        ["Padding"] = s_count,
        ["SharedExperts"] = s_count,
        ["Rate"] = new("at least 0 and below 1", static v => v >= 0 && v < 1),
        ["Epsilon"] = s_positive,
        ["CapacityFactor"] = s_notNegative,
        ["NoiseScale"] = s_notNegative,
        ["BalanceLoss"] = s_notNegative,
        ["ZLoss"] = s_notNegative,
    };

    public static void Check(ParseContext context, string kind, string member, IReadOnlyList<WrittenArgument> arguments)
    {
        foreach (WrittenArgument argument in arguments)
        {
            Range? range = s_ranges.TryGetValue(argument.Name, out Range? named) ? named : argument.Spec.Value is ArgumentValue.Integer ? s_positiveInteger : null;
            if (range is not null && !range.Holds(argument.Number))
                context.Report(MemberDescriptors.ArgumentRange, argument.Location, argument.Name, member, Wording.Of(argument.Constant), range.Text);
        }
        if (kind == "RoutedExperts")
            CheckRouter(context, member, arguments);
    }

    private static void CheckRouter(ParseContext context, string member, IReadOnlyList<WrittenArgument> arguments)
    {
        WrittenArgument? Find(string name) => arguments.FirstOrDefault(a => a.Name == name);
        string? Choice(string name) => (Find(name)?.Spec.Value as ArgumentValue.Choice)?.Member;
        bool? Flag(string name) => (Find(name)?.Spec.Value as ArgumentValue.Boolean)?.Value;
        void WithoutEffect(string name, string reason)
        {
            if (Find(name) is { } option)
                context.Report(MemberDescriptors.OptionWithoutEffect, option.Location, name, member, reason);
        }

        if (Find("TopK") is not { } topK || Find("Experts") is not { } experts)
            return;
        if (topK.Number > experts.Number)
        {
            context.Report(
                MemberDescriptors.ArgumentRange, topK.Location, "TopK", member, Wording.Of(topK.Constant), $"at most Experts, {Wording.Of(experts.Constant)}");
        }
        if (Choice("Kind") == "SwiGlu")
            WithoutEffect("Activation", "with Kind = SwiGlu, which has its own");
        if (Choice("Noise") is null or "None")
            WithoutEffect("NoiseScale", "without Noise");

        bool isSoftmaxLast = Flag("SoftmaxAfterTopK") == true;
        if (isSoftmaxLast)
            WithoutEffect("NormalizeTopK", "with SoftmaxAfterTopK, whose weights have the sum 1 as they are");
        // One weight that is divided by itself is 1, whatever the router says.
        bool isOneWeight = topK.Number == 1 && experts.Number > 1 && (isSoftmaxLast ? Choice("Score") is null or "Softmax" : Flag("NormalizeTopK") != false);
        if (isOneWeight && Find("BalanceLoss") is not { Number: > 0 })
            context.Report(MemberDescriptors.RouterWithoutGradient, topK.Location, member, isSoftmaxLast ? "SoftmaxAfterTopK = false" : "NormalizeTopK = false");
    }
}
