using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// sum over groups of f_g P_g, f_g the share of tokens that have an expert in the group times Groups / TopGroups (a constant to the gradient), P_g
/// the sum of the mean shares of its experts: where a group is a device, as many tokens are sent to each.
/// Source: DeepSeek-V2, 2024, equations 29 to 31 (communication balance loss).
/// </summary>
internal sealed class GroupTrafficLoss : RouterLoss
{
    public override string Argument => "GroupTrafficLoss";

    public override string Metric => "groupTraffic";

    public override bool NeedsChoice => true;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        (int groups, int topGroups) = (module.Integer("Groups", 1), module.Integer("TopGroups", 1));
        Size size = input.Experts / groups;
        Value chosen = graph.Reshape(routed.Chosen(graph, input), [input.Tokens, groups, size], "chosen");
        Value sent = graph.Reduce(Reduction.Mean, graph.Reduce(Reduction.Max, chosen, [2], "isSent"), [0], "sent");
        Value mean = graph.Reduce(Reduction.Mean, routed.Scores!.Shares, [0], "meanShare");
        Value share = graph.Reduce(Reduction.Sum, graph.Reshape(mean, [groups, size], "share"), [1], "groupShare");
        Value products = graph.Elementwise(Scalar.In(0) * Scalar.In(1) * ((float)groups / topGroups), [sent, share], "products");
        return graph.ReduceAll(Reduction.Sum, products, Metric);
    }
}
