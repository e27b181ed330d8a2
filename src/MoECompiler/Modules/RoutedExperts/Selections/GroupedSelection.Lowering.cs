using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The K best of the TopGroups best among Groups equal parts of the experts: a token stays within few devices. Groups that are not among the
/// best count as minus infinity, whatever the bias. Source: DeepSeek-V2, 2024, with the best score of a group; DeepSeek-V3, 2024, with the sum
/// of its two best; with the sum of all, what a hierarchical router gives the group.
/// </summary>
internal sealed class GroupedSelection : SlotSelection
{
    public override string Name => "GroupedTopK";

    public override IReadOnlyList<string> Options => ["Groups", "TopGroups", "GroupScore", "GroupBalanceLoss", "GroupTrafficLoss"];

    public override IReadOnlyList<string> Excludes => ["LoadLoss"];

    protected override Value Choose(ModuleContext module, RouterInput input, Value by) => module.Graph.Add(
        new GroupedTopK(input.TopK, module.Integer("Groups", 1), module.Integer("TopGroups", 1), GroupScoreOf(module)), "experts", by);

    private static GroupScore GroupScoreOf(ModuleContext module) => module.Choice("GroupScore", nameof(GroupScore.Best)) switch
    {
        nameof(GroupScore.SumOfTwoBest) => GroupScore.SumOfTwoBest,
        nameof(GroupScore.Sum) => GroupScore.Sum,
        _ => GroupScore.Best,
    };
}
