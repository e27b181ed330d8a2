using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The share of slots that passed by a full expert, sum over e of max(load_e - capacity, 0) / sum of load: of a layer that has a capacity, in
/// training or outside of it. Source: the overflow of Lepikhin et al., GShard, 2020.
/// </summary>
internal sealed class DroppedMeasure : RouterMeasure
{
    public override string Metric => "dropped";

    public override bool IsOf(ModuleContext module) => Capacity.IsDeclared(module);

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        if (Capacity.Of(module, input) is not { } capacity)
            return graph.Elementwise(0, [], Metric);
        Value over = graph.Elementwise(Scalar.Max(Scalar.In(0) - Scalar.Extent(capacity), 0), [routed.Load], "over");
        Value slots = graph.ReduceAll(Reduction.Sum, routed.Load, "slots");
        return graph.Elementwise(Scalar.In(0) / Scalar.Max(Scalar.In(1), 1), [graph.ReduceAll(Reduction.Sum, over, "over"), slots], Metric);
    }
}
