using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The k best of each token, k the same for all of a batch: max(1, floor(mean over tokens of how many scores are above Threshold)), at most K. Source:
/// the port of EvoMoE's gate to FastMoE, where a kernel takes one k.
/// </summary>
internal sealed class DynamicTopKSelection : SlotSelection
{
    /// <summary>A mean of counts that should be whole may be below by its rounding.</summary>
    private const float Rounding = 1e-3f;

    public override string Name => "DynamicTopK";

    public override bool LeavesSlotsEmpty => true;

    public override IReadOnlyList<string> Options => ["Threshold"];

    public override IReadOnlyList<string> Excludes => ["SoftmaxAfterTopK"];

    protected override Value Choose(ModuleContext module, RouterInput input, Value by)
    {
        GraphBuilder graph = module.Graph;
        Value best = graph.Add(new TopK(input.TopK), "best", by);
        Value above = graph.Elementwise(Scalar.Step(Scalar.In(0) - module.Number("Threshold", 0.001f)), [by], "above");
        Value mean = graph.Elementwise(Scalar.In(0) / Scalar.Extent(input.Tokens), [graph.ReduceAll(Reduction.Sum, above, "allAbove")], "meanAbove");
        // Slot j is kept where j + 1 is at most the mean.
        Value slots = graph.Add(new Iota(input.TopK), "slots");
        Value room = graph.BroadcastTo(graph.Elementwise(Scalar.In(0) - Scalar.In(1) - 1f, [mean, slots], "room"), [input.Tokens, input.TopK], "room");
        return graph.Add(new KeepSlots(SlotRule.Above, -Rounding), "experts", best, room);
    }
}
