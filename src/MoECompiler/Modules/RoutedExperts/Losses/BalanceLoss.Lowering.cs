namespace MoECompiler.Modules;

/// <summary>
/// E * sum over e of f_e P_e, f_e the share of slots that chose e (a constant to the gradient), P_e the mean score of e, scores divided by
/// their sum first; 1 at uniform load. Source: Fedus et al., Switch Transformers, 2021, equation 4, with f over all K slots.
/// </summary>
internal sealed class BalanceLoss : RouterLoss
{
    public override void Add(ModuleContext module, RouterState state)
    {
        float coefficient = module.Number("BalanceLoss");
        if (coefficient == 0)
            return;
        GraphBuilder graph = module.Graph;
        Value share = graph.Softmax(state.Logits, "share");
        if (module.Choice("Score", "Softmax") != "Softmax")
        {
            Value sum = graph.Reduce(Reduction.Sum, state.Selection.Scores, [1], "sum", keepExtents: true);
            share = graph.Elementwise(Scalar.In(0) / Scalar.In(1), [state.Selection.Scores, sum], "share");
        }
        Value mean = graph.Reduce(Reduction.Mean, share, [0], "meanShare");
        ScalarExpression scale = Scalar.Extent(state.Experts) / (Scalar.Extent(state.Tokens) * Scalar.Extent(state.TopK));
        Value products = graph.Elementwise(Scalar.In(0) * Scalar.In(1) * scale, [state.Load, mean], "products");
        module.AddLoss("balance", graph.ReduceAll(Reduction.Sum, products, "balance"), coefficient);
    }
}
