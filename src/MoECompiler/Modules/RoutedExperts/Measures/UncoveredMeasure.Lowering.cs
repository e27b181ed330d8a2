using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The share of rows that no expert computes: of a layer whose experts choose, or can be full in training or outside of it. Source: the coverage of Zhou et
/// al., Mixture-of-Experts with Expert Choice Routing, NeurIPS 2022.
/// </summary>
internal sealed class UncoveredMeasure : RouterMeasure
{
    public override string Metric => "uncovered";

    public override bool IsOf(ModuleContext module) => RouterPartKinds.Selections.Of(module).AsksExperts || Capacity.IsDeclared(module);

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        // Each row of an expert counts 1 for the token that it is of.
        Value rows = graph.Add(new Fill(1, [routed.Routing.Order.Type.Count, Graphs.Size.One]), "ofExperts");
        Value once = graph.Add(new Fill(1, routed.Routing.Position.Type.Shape), "once");
        Value counts = graph.Add(new Combine(), "counts", rows, once, routed.Routing.Position, routed.Routing.Order);
        return graph.ReduceAll(Reduction.Mean, graph.Elementwise(1 - Scalar.Step(Scalar.In(0)), [counts], "isUncovered"), Metric);
    }
}
