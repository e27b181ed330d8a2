using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// E * sum over e of g_e f_e, g_e the mean of a token's score for e, with noise and temperature, f_e the share of tokens that chose e (a constant
/// to the gradient): E where every token has all experts evenly, so that it pulls at their number too. Scores of experts that were not chosen are
/// left out of g_e, or count with GateMask = All: then it is 1 where one expert a token is chosen evenly.
/// Source: Nie et al., EvoMoE, 2021, as in its published code (l_aux).
/// </summary>
internal sealed class GateLoss : RouterLoss
{
    public override string Argument => "GateLoss";

    public override string Metric => "gate";

    public override IReadOnlyList<string> Options => ["GateMask", "GateTransform"];

    public override bool NeedsChoice => true;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        Value gates = routed.Scores!.Scores;
        if (module.Choice("GateMask", "Chosen") == "Chosen")
            gates = graph.Multiply(gates, routed.Chosen(graph, input), "chosenScores");
        Value mean = graph.Reduce(Reduction.Mean, gates, [0], "meanGate");
        ScalarExpression scale = Scalar.Extent(input.Experts) / Scalar.Extent(input.Tokens);
        Value loss = graph.ReduceAll(Reduction.Sum, graph.Elementwise(Scalar.In(0) * Scalar.In(1) * scale, [routed.Load, mean], "products"), Metric);
        return module.Choice("GateTransform", "None") == "None" ? loss : graph.Elementwise(-Scalar.Log(Scalar.In(0)), [loss], Metric);
    }
}
