using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>Each token chooses: slots with experts, their weights, and what an expert does that more tokens chose than it takes.</summary>
internal abstract class SlotSelection : SelectionKindLowering
{
    /// <summary>The experts of each token, i32[T, K], -1 for a slot that stays empty.</summary>
    /// <param name="module">The layer.</param>
    /// <param name="input">What is routed.</param>
    /// <param name="by">f32[T, E], greater is better.</param>
    protected abstract Value Choose(ModuleContext module, RouterInput input, Value by);

    public sealed override Routed Route(ModuleContext module, RouterInput input, RouterScores scores)
    {
        GraphBuilder graph = module.Graph;
        bool isScoredLast = module.Flag("SoftmaxAfterTopK");
        SelectionBias? bias = SelectionBias.Of(module, input);
        Value by = isScoredLast ? scores.Logits : scores.Scores;
        by = bias is null ? by : bias.Add(by);
        Value experts = scores.Mask is { } mask
            ? MaskKindLowering.Keep(graph, mask, Choose(module, input, MaskKindLowering.Hide(graph, by, mask)))
            : Choose(module, input, by);
        Value weights = Scaled(module, isScoredLast ? ScoredLast(module, scores, experts) : Weights(module, scores, experts));
        Routing routing = Capacity.Of(module, input) is { } capacity
            ? RouterPartKinds.Drops.Of(module).Route(module, input, experts, scores, capacity)
            : graph.Dispatch(experts, input.Experts, null, "route");
        Routed routed = new(routing, weights, scores, () => graph.Add(new ExpertLoad(input.Experts), "load", experts), experts);
        bias?.Balance(routed);
        return routed;
    }

    /// <summary>The score of the selected logits alone: what the softmax leaves out differs in value and in gradient.</summary>
    private static Value ScoredLast(ModuleContext module, RouterScores scores, Value experts)
    {
        Value selected = module.Graph.Add(new GatherColumns(), "selected", scores.Logits, experts);
        return RouterPartKinds.Scores.Of(module).Lower(module.Graph, selected);
    }

    /// <summary>1 where UnitWeights; else the selected scores, divided by their sum where NormalizeTopK; where CleanWeights, those of the logits without noise and temperature.</summary>
    private static Value Weights(ModuleContext module, RouterScores scores, Value experts)
    {
        GraphBuilder graph = module.Graph;
        if (module.Flag("UnitWeights"))
            return graph.Add(new Fill(1, experts.Type.Shape), "weights");
        bool isClean = module.Flag("CleanWeights") && !scores.Clean.Equals(scores.Logits);
        Value from = isClean ? RouterPartKinds.Scores.Of(module).Lower(graph, scores.Clean) : scores.Scores;
        Value weights = graph.Add(new GatherColumns(), "weights", from, experts);
        if (!module.Flag("NormalizeTopK", otherwise: true))
            return weights;
        Value sum = graph.Reduce(Reduction.Sum, weights, [1], "sum", keepExtents: true);
        return graph.Elementwise(Scalar.In(0) / Scalar.In(1), [weights, sum], "weights");
    }
}
