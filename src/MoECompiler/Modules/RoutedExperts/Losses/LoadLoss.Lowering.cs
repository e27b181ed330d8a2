using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The squared coefficient of variation of the experts' expected load: the sum over tokens of the probability that the expert is among the K
/// best if its noise alone were drawn again, Phi((clean logit - the K-th greatest noisy logit of the others) / deviation of the noise).
/// Source: Shazeer et al., Outrageously Large Neural Networks, ICLR 2017, equations 8 to 11.
/// </summary>
internal sealed class LoadLoss : RouterLoss
{
    public override string Argument => "LoadLoss";

    public override string Metric => "expectedLoad";

    public override bool NeedsChoice => true;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        RouterScores scores = routed.Scores!;
        if (scores.Deviation is not { } deviation)
            // Without noise nothing is left to chance: serving and evaluation count what was chosen.
            return Variation.Squared(graph, routed.Load, "expectedLoad");
        // Of the K + 1 best the last is the K-th greatest of the others for an expert among the K best, the last but one for the others.
        Value best = graph.Add(new TopK(input.TopK + Graphs.Size.One), "best", scores.Noisy);
        Value greatest = graph.Add(new GatherColumns(), "greatest", scores.Noisy, best);
        Value inside = graph.Add(new Slice(1, input.TopK, Graphs.Size.One), "inside", greatest);
        Value outside = graph.Add(new Slice(1, input.TopK - Graphs.Size.One, Graphs.Size.One), "outside", greatest);
        ScalarExpression threshold = Scalar.Select(Scalar.In(1) - Scalar.In(2), Scalar.In(2), Scalar.In(3));
        ScalarExpression distance = (Scalar.In(0) - threshold) / Scalar.In(4);
        Value chance = graph.Elementwise(ProbitScore.Phi(distance), [scores.Clean, scores.Noisy, inside, outside, deviation()], "chance");
        return Variation.Squared(graph, graph.Reduce(Reduction.Sum, chance, [0], "expectedLoad"), "expectedLoad");
    }
}
