using MoECompiler.Graphs;

namespace MoECompiler.Modules;

/// <summary>What the <see cref="EntropyLoss"/> is, where it is no loss: how sure the router is. Source: the monitoring of Nie et al., EvoMoE, 2021.</summary>
internal sealed class EntropyMeasure : RouterMeasure
{
    public const string Option = "ReportEntropy";

    public override string Metric => "entropy";

    public override bool IsOf(ModuleContext module) => module.Flag(Option);

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed) => EntropyLoss.Mean(module, routed);
}
