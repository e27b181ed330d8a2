using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// Each expert chooses the tokens that score it highest, ceil(tokens * K / experts * CapacityFactor) of them: the load is even by construction,
/// a token has from none to all of the experts, weighted by their scores. Which tokens an expert takes depends on all of them: not for what
/// may not look ahead. Source: Zhou et al., Mixture-of-Experts with Expert Choice Routing, NeurIPS 2022.
/// </summary>
internal sealed class ExpertChoiceSelection : SelectionKindLowering
{
    public override string Name => "ExpertChoice";

    public override bool AsksExperts => true;

    public override IReadOnlyList<string> Excludes =>
    [
        "SoftmaxAfterTopK", "NormalizeTopK", "UnitWeights", "SelectionBias", "BiasRate", "Drop", "Mask",
        .. RouterPartKinds.Losses.Where(static l => l.NeedsChoice).Select(static l => l.Argument),
    ];

    public override Routed Route(ModuleContext module, RouterInput input, RouterScores scores)
    {
        GraphBuilder graph = module.Graph;
        WholeSequences.Refuse(module, "compares all rows with Selection = ExpertChoice");
        Size count = Capacity.Of(module, input) ?? Graphs.Size.CeilingDivide(input.Tokens * input.TopK, input.Experts);
        Routing routing = graph.ExpertChoice(scores.Scores, count, "route");
        return new Routed(routing, Scaled(module, scores.Scores), scores, () =>
            graph.BroadcastTo(graph.Elementwise(Scalar.Extent(count), [], "count"), [input.Experts], "load"));
    }
}
