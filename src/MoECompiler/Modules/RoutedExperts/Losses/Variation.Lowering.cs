using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>How unequal the numbers of a row are.</summary>
internal static class Variation
{
    /// <summary>variance / mean^2 of f32[E], the variance over E and not E - 1.</summary>
    public static Value Squared(GraphBuilder graph, Value numbers, string name)
    {
        Value mean = graph.Reduce(Reduction.Mean, numbers, [0], $"{name}Mean", keepExtents: true);
        Value ratios = graph.Elementwise(Scalar.Square(Scalar.In(0) / Scalar.In(1) - 1), [numbers, mean], $"{name}Ratios");
        return graph.ReduceAll(Reduction.Mean, ratios, $"{name}Loss");
    }
}
