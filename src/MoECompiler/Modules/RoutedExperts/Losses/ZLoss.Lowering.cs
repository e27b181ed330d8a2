using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>The mean square of each token's log-sum-exp of logits: keeps them small. Source: Zoph et al., ST-MoE, 2022, equation 5.</summary>
internal sealed class ZLoss : RouterLoss
{
    public override string Argument => "ZLoss";

    public override string Metric => "z";

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        Value square = graph.Apply(ScalarFunction.Square, graph.LogSumExp(routed.Scores!.Clean, "logSum"), "squares");
        return graph.ReduceAll(Reduction.Mean, square, "z");
    }
}
