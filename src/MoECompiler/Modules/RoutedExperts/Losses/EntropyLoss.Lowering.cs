using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The mean entropy of a token's scores, - sum over e of p_e log p_e: keeps a router that takes experts until a share is reached from
/// spreading its scores. Source: Huang et al., Harder Tasks Need More Experts, ACL 2024, equation 7.
/// </summary>
internal sealed class EntropyLoss : RouterLoss
{
    public override string Argument => "EntropyLoss";

    public override string Metric => "entropy";

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed) => Mean(module, routed);

    /// <summary>f32[].</summary>
    internal static Value Mean(ModuleContext module, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        Value shares = routed.Scores!.Shares;
        // The least normal number stands for 0, whose term is 0.
        Value terms = graph.Elementwise(-(Scalar.In(0) * Scalar.Log(Scalar.Max(Scalar.In(0), 1.1754944e-38f))), [shares], "entropies");
        return graph.ReduceAll(Reduction.Mean, graph.Reduce(Reduction.Sum, terms, [1], "tokenEntropy"), "entropy");
    }
}
