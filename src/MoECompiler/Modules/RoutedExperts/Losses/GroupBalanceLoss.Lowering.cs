using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// sum over groups of f_g P_g, f_g the mean over the group's experts of E / (K T) times their slots (a constant to the gradient), P_g the sum of
/// their mean shares; 1 where each group has as many slots. Where a group is a device, they have as much to do.
/// Source: DeepSeek-V2, 2024, equations 26 to 28 (device-level balance loss).
/// </summary>
internal sealed class GroupBalanceLoss : RouterLoss
{
    public override string Argument => "GroupBalanceLoss";

    public override string Metric => "groupBalance";

    public override bool NeedsChoice => true;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        Size groups = Graphs.Size.Of(module.Integer("Groups", 1)), size = input.Experts / groups;
        Value mean = graph.Reduce(Reduction.Mean, routed.Scores!.Shares, [0], "meanShare");
        Value load = graph.Reduce(Reduction.Mean, graph.Reshape(routed.Load, [groups, size], "load"), [1], "groupLoad");
        Value share = graph.Reduce(Reduction.Sum, graph.Reshape(mean, [groups, size], "share"), [1], "groupShare");
        ScalarExpression scale = Scalar.Extent(input.Experts) / (Scalar.Extent(input.Tokens) * Scalar.Extent(input.TopK));
        return graph.ReduceAll(Reduction.Sum, graph.Elementwise(Scalar.In(0) * Scalar.In(1) * scale, [load, share], "products"), Metric);
    }
}
