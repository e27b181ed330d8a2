using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The two best, the second one in training with probability min(1, 2 g), g its score: one that weighs little is often left out, and takes no
/// room. Source: Lepikhin et al., GShard, ICLR 2021, algorithm 1.
/// </summary>
internal sealed class RandomSecondSelection : SlotSelection
{
    public override string Name => "RandomSecond";

    public override bool LeavesSlotsEmpty => true;

    public override IReadOnlyList<string> Excludes => ["SoftmaxAfterTopK"];

    protected override Value Choose(ModuleContext module, RouterInput input, Value by)
    {
        GraphBuilder graph = module.Graph;
        int site = module.NextSite();
        Value best = graph.Add(new TopK(input.TopK), "best", by);
        if (!module.IsTraining)
            return best;
        Value scores = graph.Add(new GatherColumns(), "bestScores", by, best);
        Value drawn = graph.Add(new Noise(NoiseKind.Uniform, site), "drawn", scores);
        Value excess = graph.Elementwise(2 * Scalar.In(0) - Scalar.In(1), [scores, drawn], "excess");
        return graph.Add(new KeepSlots(SlotRule.Above, 0), "experts", best, excess);
    }
}
