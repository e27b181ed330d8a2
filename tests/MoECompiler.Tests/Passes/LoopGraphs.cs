using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Tests.Passes;

/// <summary>Small graphs with a loop.</summary>
internal static class LoopGraphs
{
    public static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N"), L = Size.Symbol("L");

    /// <summary>(a, b) becomes (b, a) in each layer: the layer's outputs are its inputs.</summary>
    public static Graph Swap()
    {
        GraphBuilder layer = new();
        Value first = layer.Input("first", TensorType.F32(B));
        Value second = layer.Input("second", TensorType.F32(B));
        layer.Output("first", second, OutputKind.Result);
        layer.Output("second", first, OutputKind.Result);
        GraphBuilder graph = new();
        Value a = graph.Input("a", TensorType.F32(B));
        Value b = graph.Input("b", TensorType.F32(B));
        EquatableArray<Value> swapped = graph.AddNode(new Repeat(layer.Build("Layer"), L, Carried: 2, Stacked: 0), ["c", "d"], [a, b]);
        graph.Output("c", swapped[0], OutputKind.Result);
        graph.Output("d", swapped[1], OutputKind.Result);
        return graph.Build("Swap");
    }
}
