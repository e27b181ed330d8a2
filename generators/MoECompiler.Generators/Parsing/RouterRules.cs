using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;
using MoECompiler.Modules;

namespace MoECompiler.Generators.Parsing;

/// <summary>What the arguments of [RoutedExperts] say together: options that nothing reads, and routers that cannot be.</summary>
internal sealed class RouterRules
{
    private readonly ParseContext _context;
    private readonly string _member;
    private readonly IReadOnlyList<WrittenArgument> _arguments;
    private readonly HashSet<string> _reported = [];

    private RouterRules(ParseContext context, string member, IReadOnlyList<WrittenArgument> arguments) => (_context, _member, _arguments) = (context, member, arguments);

    public static void Check(ParseContext context, string member, IReadOnlyList<WrittenArgument> arguments)
    {
        RouterRules rules = new(context, member, arguments);
        rules.CheckOptions();
        rules.CheckPairs();
        rules.CheckChoice();
    }

    private WrittenArgument? Find(string name) => _arguments.FirstOrDefault(a => a.Name == name);

    private string? Choice(string name) => (Find(name)?.Spec.Value as ArgumentValue.Choice)?.Member;

    private bool? Flag(string name) => (Find(name)?.Spec.Value as ArgumentValue.Boolean)?.Value;

    private bool IsPositive(string name) => Find(name) is { Number: > 0 };

    private RouterPart Chosen(RouterParts parts) => parts.All.FirstOrDefault(p => p.Name == Choice(parts.Argument)) ?? parts.All[0];

    /// <summary>Whether a part that was chosen reads an option.</summary>
    private bool IsRead(string option) => RouterPartKinds.All.Any(parts => Chosen(parts).Options.Contains(option));

    /// <summary>An option of a part that was not chosen, and one that the chosen part makes meaningless.</summary>
    private void CheckOptions()
    {
        IReadOnlyList<RouterParts> all = RouterPartKinds.All;
        HashSet<string> read = [.. all.SelectMany(parts => Chosen(parts).Options)];
        foreach (string option in all.SelectMany(static parts => parts.All).SelectMany(static part => part.Options).Distinct().Where(o => !read.Contains(o)))
        {
            IEnumerable<string> readers = all
                .Select(parts => (parts.Argument, Names: parts.All.Where(part => part.Options.Contains(option)).Select(static part => part.Name).ToArray()))
                .Where(static parts => parts.Names.Length > 0)
                .Select(static parts => $"{parts.Argument} = {Wording.Or(parts.Names)}");
            WithoutEffect(option, $"without {string.Join(" or ", readers)}");
        }
        foreach (RouterParts parts in all)
        {
            RouterPart chosen = Chosen(parts);
            foreach (string option in chosen.Excludes)
                WithoutEffect(option, $"with {parts.Argument} = {chosen.Name}");
        }
        foreach (RouterLoss loss in RouterPartKinds.Losses.Where(loss => !IsPositive(loss.Argument)))
        {
            foreach (string option in loss.Options)
                WithoutEffect(option, $"without {loss.Argument}");
        }
    }

    private void CheckPairs()
    {
        if (Flag("SoftmaxAfterTopK") == true)
            WithoutEffect("NormalizeTopK", "with SoftmaxAfterTopK, whose weights have the sum 1 as they are");
        if (Flag("UnitWeights") == true)
        {
            foreach (string option in (string[])["NormalizeTopK", "SoftmaxAfterTopK", "GateImportanceLoss"])
                WithoutEffect(option, "with UnitWeights");
        }
        if (!IsPositive("SharedExperts"))
            WithoutEffect("SharedWeight", "without SharedExperts");
        if (Flag("SelectionBias") != true)
            WithoutEffect("BiasRate", "without SelectionBias");
        if (Find("FinalTemperature") is null)
        {
            WithoutEffect("TemperatureSteps", "without FinalTemperature");
            WithoutEffect("TemperatureShape", "without FinalTemperature");
        }
        if (IsPositive("EntropyLoss"))
            WithoutEffect("ReportEntropy", "with EntropyLoss, which is reported as it is");
        if (Choice("Rotary") is null or "None")
            WithoutEffect("RotaryBase", "without Rotary");
        else if (Find("Inner") is { } inner && inner.Number % 2 != 0)
            Range(inner, "even: Rotary turns pairs of columns");
        if (!IsPositive("CapacityFactor") && !IsPositive("EvaluationCapacityFactor"))
            WithoutEffect("Drop", "without CapacityFactor");
    }

    private void CheckChoice()
    {
        if (Choice("Kind") == "Custom" && Find("Formula") is null)
            _context.Report(MemberDescriptors.ArgumentRange, Find("Kind")!.Location, "Kind", _member, "Custom", "with a Formula, the name of a static method");
        if (Choice("Kind") == "SwitchHead" && Choice("Selection") != "OnePerGroup")
            _context.Report(MemberDescriptors.ArgumentRange, Find("Kind")!.Location, "Kind", _member, "SwitchHead", "with Selection = OnePerGroup, an expert for each head");
        if (Find("TopK") is not { } topK || Find("Experts") is not { } experts)
            return;
        bool isOthersCompared = IsPositive("LoadLoss");
        if (topK.Number > experts.Number || isOthersCompared && topK.Number == experts.Number)
        {
            _context.Report(
                MemberDescriptors.ArgumentRange, topK.Location, "TopK", _member, Wording.Of(topK.Constant),
                $"{(isOthersCompared ? "with LoadLoss, below" : "at most")} Experts, {Wording.Of(experts.Constant)}");
        }
        if (Find("VisibleExperts") is { } visible && visible.Number > experts.Number)
            Range(visible, $"at most Experts, {Wording.Of(experts.Constant)}");
        if (Choice("Selection") is not ("GroupedTopK" or "OnePerGroup") && IsRead("Groups") && Find("Groups") is { } parts && experts.Number % parts.Number != 0)
            Range(parts, $"a divisor of Experts, {Wording.Of(experts.Constant)}");
        if (IsRead("FirstTopK") && Find("FirstTopK") is { } first && first.Number > topK.Number)
            Range(first, $"at most TopK, {Wording.Of(topK.Constant)}");
        if (Choice("Selection") == "GroupedTopK")
            CheckGroups(experts, topK);
        if (Choice("Selection") == "OnePerGroup" && (experts.Number % (Find("Groups")?.Number ?? 1) != 0 || topK.Number != (Find("Groups")?.Number ?? 1)))
            Range(topK, "Groups, which divides Experts");
        if (Choice("Selection") == "Balanced" && topK.Number != 1)
            Range(topK, "1 with Selection = Balanced");
        if (Choice("Selection") is "RandomSecond" or "SampledSecond" && topK.Number != 2)
            Range(topK, $"2 with Selection = {Choice("Selection")}");
        if (Choice("Router") == "First" && topK.Number != 1)
            Range(topK, "1 with Router = First");
        if (RouterPartKinds.All.Any(parts => Chosen(parts).Excludes.Contains("NormalizeTopK")) || Flag("FrozenRouter") == true)
            return;
        // One weight that is divided by itself is 1, whatever the router says.
        bool isSoftmaxLast = Flag("SoftmaxAfterTopK") == true;
        bool isOneWeight = topK.Number == 1 && experts.Number > 1 && (isSoftmaxLast ? Choice("Score") is null or "Softmax" : Flag("NormalizeTopK") != false);
        if (isOneWeight && !RouterPartKinds.Losses.Any(loss => loss.IsBalance && IsPositive(loss.Argument)))
            _context.Report(MemberDescriptors.RouterWithoutGradient, topK.Location, _member, isSoftmaxLast ? "SoftmaxAfterTopK = false" : "NormalizeTopK = false");
    }

    private void CheckGroups(WrittenArgument experts, WrittenArgument topK)
    {
        double groups = Find("Groups")?.Number ?? 1, topGroups = Find("TopGroups")?.Number ?? 1;
        string extent = Wording.Of(experts.Constant);
        if (experts.Number % groups != 0)
            Range(Find("Groups")!, $"a divisor of Experts, {extent}");
        else if (topGroups > groups)
            Range(Find("TopGroups")!, $"at most Groups, {groups}");
        else if (topK.Number > topGroups * experts.Number / groups)
            Range(topK, $"at most the experts of {topGroups} of {groups} groups, {topGroups * experts.Number / groups}");
    }

    private void Range(WrittenArgument argument, string range) =>
        _context.Report(MemberDescriptors.ArgumentRange, argument.Location, argument.Name, _member, Wording.Of(argument.Constant), range);

    /// <summary>Says once of an option that was written that nothing reads it.</summary>
    private void WithoutEffect(string name, string reason)
    {
        if (Find(name) is { } option && _reported.Add(name))
            _context.Report(MemberDescriptors.OptionWithoutEffect, option.Location, name, _member, reason);
    }
}
