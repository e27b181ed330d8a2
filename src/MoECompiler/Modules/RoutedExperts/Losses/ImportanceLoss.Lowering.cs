using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The squared coefficient of variation of the experts' importance, the sum of an expert's scores over the tokens; 0 where all weigh as much.
/// Source: Shazeer et al., Outrageously Large Neural Networks, ICLR 2017, equations 6 and 7, over the scores of all experts as in Riquelme et
/// al., V-MoE, 2021.
/// </summary>
internal sealed class ImportanceLoss : RouterLoss
{
    public override string Argument => "ImportanceLoss";

    public override string Metric => "importance";

    public override bool IsBalance => true;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        Value importance = module.Graph.Reduce(Reduction.Sum, routed.Scores!.Shares, [0], "importance");
        return Variation.Squared(module.Graph, importance, "importance");
    }
}
