namespace MoECompiler.Modules;

/// <summary>The mean square of each token's log-sum-exp of logits: keeps them small. Source: Zoph et al., ST-MoE, 2022, equation 5.</summary>
internal sealed class ZLoss : RouterLoss
{
    public override void Add(ModuleContext module, RouterState state)
    {
        float coefficient = module.Number("ZLoss");
        if (coefficient == 0)
            return;
        GraphBuilder graph = module.Graph;
        Value square = graph.Apply(ScalarFunction.Square, graph.LogSumExp(state.Logits, "logSum"), "squares");
        module.AddLoss("z", graph.ReduceAll(Reduction.Mean, square, "z"), coefficient);
    }
}
