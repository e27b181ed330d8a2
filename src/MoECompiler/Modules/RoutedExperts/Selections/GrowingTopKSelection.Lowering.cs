using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The k best of each token, k = floor(FirstTopK + (TopK - FirstTopK) min(step / TopKSteps, 1)) in training and TopK outside of it. Source: Chen et al.,
/// Sparse MoE as the New Dropout: Scaling Dense and Self-Slimmable Transformers, ICLR 2023 (SMoE-Dropout).
/// </summary>
internal sealed class GrowingTopKSelection : SlotSelection
{
    /// <summary>A k that should be whole may be below by the rounding of its schedule.</summary>
    private const float Rounding = 1e-3f;

    public override string Name => "GrowingTopK";

    public override bool LeavesSlotsEmpty => true;

    public override IReadOnlyList<string> Options => ["FirstTopK", "TopKSteps"];

    public override IReadOnlyList<string> Excludes => ["SoftmaxAfterTopK", "LoadLoss"];

    protected override Value Choose(ModuleContext module, RouterInput input, Value by)
    {
        GraphBuilder graph = module.Graph;
        Value best = graph.Add(new TopK(input.TopK), "best", by);
        if (!module.IsTraining)
            return best;
        Value grown = graph.Add(new ScheduledValue(ScheduleShape.Linear, 0, 1, module.Integer("TopKSteps", 1000)), "grown");
        ScalarExpression first = module.Number("FirstTopK", 1);
        ScalarExpression room = first + (Scalar.Extent(input.TopK) - first) * Scalar.In(0) - Scalar.In(1) - 1f;
        // Slot j is kept where j + 1 is at most k.
        Value slots = graph.Elementwise(room, [grown, graph.Add(new Iota(input.TopK), "slots")], "room");
        return graph.Add(new KeepSlots(SlotRule.Above, -Rounding), "experts", best, graph.BroadcastTo(slots, [input.Tokens, input.TopK], "room"));
    }
}
