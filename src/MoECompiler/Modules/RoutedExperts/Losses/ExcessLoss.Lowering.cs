using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// sum over e of (load_e / mean load - 1) * (sum of the scores of those that chose e) / T, the loads constants to the gradient: scores of full experts
/// fall and those of empty ones rise, and at even loads it is 0. Source: Dai et al., StableMoE, ACL 2022, equation 4, in the mean over tokens.
/// </summary>
internal sealed class ExcessLoss : RouterLoss
{
    public const string Option = "ExcessLoss";

    public override string Argument => Option;

    public override string Metric => "excess";

    public override bool NeedsChoice => true;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        Value chosen = graph.Multiply(routed.Scores!.Scores, routed.Chosen(graph, input), "chosenScores");
        Value mean = graph.Reduce(Reduction.Mean, chosen, [0], "meanScore");
        ScalarExpression share = Scalar.Extent(input.Experts) / (Scalar.Extent(input.Tokens) * Scalar.Extent(input.TopK));
        return graph.ReduceAll(Reduction.Sum, graph.Elementwise((Scalar.In(0) * share - 1) * Scalar.In(1), [routed.Load, mean], "excesses"), Metric);
    }
}
