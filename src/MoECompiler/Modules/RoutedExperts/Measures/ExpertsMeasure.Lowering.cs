using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// How many experts a token has in the mean, of a layer whose tokens have as many as they need, now or in a phase, or as choose them. Source: Nie et al.,
/// EvoMoE, 2021.
/// </summary>
internal sealed class ExpertsMeasure : RouterMeasure
{
    /// <summary>What the phases of a training say, so that all of them report it.</summary>
    public const string Option = "ReportExperts";

    public override string Metric => "experts";

    public override bool IsOf(ModuleContext module) =>
        module.Flag(Option) || RouterPartKinds.Selections.Of(module) is { LeavesSlotsEmpty: true } or { AsksExperts: true };

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed) =>
        module.Graph.Scale(module.Graph.ReduceAll(Reduction.Sum, routed.Load, "slots"), 1 / Scalar.Extent(input.Tokens), Metric);
}
