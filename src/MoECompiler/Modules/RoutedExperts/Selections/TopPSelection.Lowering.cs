using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// As many experts as it takes for the sum of their scores to reach TopP, at least one and at most K: a token that is sure of its expert costs
/// one. Source: Huang et al., Harder Tasks Need More Experts, ACL 2024.
/// </summary>
internal sealed class TopPSelection : SlotSelection
{
    public override string Name => "TopP";

    public override IReadOnlyList<string> Options => ["TopP"];

    public override IReadOnlyList<string> Excludes => ["SoftmaxAfterTopK"];

    public override bool LeavesSlotsEmpty => true;

    protected override Value Choose(ModuleContext module, RouterInput input, Value by) => Keep(module, input, by, SlotRule.Share, module.Number("TopP", 0.9f));

    /// <summary>The K best but those that a rule leaves out.</summary>
    internal static Value Keep(ModuleContext module, RouterInput input, Value by, SlotRule rule, float limit)
    {
        Value best = module.Graph.Add(new TopK(input.TopK), "best", by);
        Value scores = module.Graph.Add(new GatherColumns(), "bestScores", by, best);
        return module.Graph.Add(new KeepSlots(rule, limit), "experts", best, scores);
    }
}
