using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;

namespace MoECompiler.Tests.Support;

/// <summary>
/// Routers that become one step, of x f32[50, 32] and a weight f32[8, 32]. The tests of the generator have their kernels emitted, those of the
/// GPU assembly run them.
/// </summary>
internal static class RowRegions
{
    public const int Experts = 8;

    /// <summary>Top-p: of the 4 best those that are needed for a share of <paramref name="limit"/>.</summary>
    public static Node TopShare(float limit = 0.7f) => Router((graph, scores) =>
    {
        Value experts = graph.Add(new TopK(4), "experts", scores);
        Value best = graph.Add(new GatherColumns(), "best", scores, experts);
        Value kept = graph.Add(new KeepSlots(SlotRule.Share, limit), "kept", experts, best);
        return [kept, graph.Add(new GatherColumns(), "weights", scores, kept)];
    });

    /// <summary>The 4 best as far as they are above a threshold, weighted by the logits.</summary>
    public static Node Above() => Router((graph, scores) =>
    {
        Value experts = graph.Add(new TopK(4), "experts", scores);
        Value kept = graph.Add(new KeepSlots(SlotRule.Above, 0.1f), "kept", experts, graph.Add(new GatherColumns(), "best", scores, experts));
        return [kept, graph.Add(new GatherColumns(), "weights", graph.Nodes[0].Result, kept)];
    });

    /// <summary>Experts i32[50, 3] that the router does not choose, weighted by its scores.</summary>
    public static Node Given() => Router((graph, scores) =>
    {
        Value given = graph.Input("given", TensorType.I32(50, 3));
        return [graph.Add(new GatherColumns(), "weights", scores, given)];
    });

    private static Node Router(Func<GraphBuilder, Value, Value[]> select)
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(50, 32));
        Value weight = graph.Input("weight", TensorType.F32(Experts, 32));
        Value logits = graph.Add(new MatMul(TransposeB: true), "logits", x, weight);
        foreach (Value result in select(graph, graph.Add(new Softmax(), "scores", logits)))
            graph.Output(result.Name, result, OutputKind.Result);
        return FuseRows.Run(graph.Build("Router"), static name => 40).Nodes.Single();
    }
}
