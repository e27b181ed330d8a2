using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// E * sum over e of f_e P_e, f_e the share of slots that chose e (a constant to the gradient), P_e the mean score of e, scores divided by
/// their sum first; 1 at uniform load. Source: Fedus et al., Switch Transformers, 2021, equation 4, with f over all K slots.
/// </summary>
internal sealed class BalanceLoss : RouterLoss
{
    public override string Argument => "BalanceLoss";

    public override string Metric => "balance";

    public override bool NeedsChoice => true;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        Value mean = graph.Reduce(Reduction.Mean, routed.Scores!.Shares, [0], "meanShare");
        ScalarExpression scale = Scalar.Extent(input.Experts) / (Scalar.Extent(input.Tokens) * Scalar.Extent(input.TopK));
        Value products = graph.Elementwise(Scalar.In(0) * Scalar.In(1) * scale, [routed.Load, mean], "products");
        return graph.ReduceAll(Reduction.Sum, products, "balance");
    }
}
