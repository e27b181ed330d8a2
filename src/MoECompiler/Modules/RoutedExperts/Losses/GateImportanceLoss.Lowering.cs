using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The squared coefficient of variation of the sums of the experts' gates: the weights that rows are mixed by, 0 for an expert that a row did not
/// choose. <see cref="ImportanceLoss"/> sums the shares of all experts instead, as V-MoE does. Source: Shazeer et al., Outrageously Large Neural
/// Networks, ICLR 2017, equations 6 and 7.
/// </summary>
internal sealed class GateImportanceLoss : RouterLoss
{
    public override string Argument => "GateImportanceLoss";

    public override string Metric => "gateImportance";

    public override bool NeedsChoice => true;

    // One weight that is divided by itself is 1, and so is its sum's slope 0: it teaches such a router nothing.
    public override bool IsBalance => false;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        Value gates = graph.Add(new ScatterColumns(input.Experts), "gates", routed.Weights, routed.Experts!);
        return Variation.Squared(graph, graph.Reduce(Reduction.Sum, gates, [0], "gateSums"), "gateImportance");
    }
}
