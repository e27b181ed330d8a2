using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using Xunit;

namespace MoECompiler.Tests.Passes;

public class SimplifyRepeatTests
{
    private static readonly Size B = Size.Symbol("B"), L = Size.Symbol("L");
    private static readonly TensorType Row = TensorType.F32(B);

    /// <summary>
    /// A loop that carries x, a counter that nothing else reads, and y, which x reads; with a weight, a weight that only a stacked result
    /// reads, a whole operand that only the counter reads, and two stacked results.
    /// </summary>
    private static Graph Loop(params int[] read)
    {
        GraphBuilder layer = new();
        Value[] inputs = [.. ((string[])["x", "counter", "y", "weight", "scale", "whole"]).Select(name => layer.Input(name, Row))];
        (Value x, Value counter, Value y, Value weight, Value scale, Value whole) = (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5]);
        layer.Output("x", layer.Elementwise(Scalar.In(0) * Scalar.In(1) + Scalar.In(2), [x, weight, y], "x2"), OutputKind.Result);
        layer.Output("counter", layer.Add(counter, whole, "counter2"), OutputKind.Result);
        layer.Output("y", layer.Apply(ScalarFunction.Tanh, y, "y2"), OutputKind.Result);
        layer.Output("scaled", layer.Multiply(x, scale, "scaled"), OutputKind.Metric);
        layer.Output("constant", layer.Add(new Fill(3, [B]), "constant"), OutputKind.Metric);
        GraphBuilder graph = new();
        Value start = graph.Input("start", Row);
        Value[] stacks = [.. ((string[])["weights", "scales"]).Select(name => graph.Input(name, TensorType.F32(L, B)))];
        Value outside = graph.Input("outside", Row);
        EquatableArray<Value> results = graph.AddNode(
            new Repeat(layer.Build("Layer"), L, Carried: 3, Stacked: 2), ["x", "counter", "y", "scaled", "constant"], [start, start, start, .. stacks, outside]);
        foreach (int i in read)
            graph.Output($"result{i}", results[i], OutputKind.Result);
        return graph.Build("Test");
    }

    private static void Becomes(string expected, Graph graph)
    {
        Graph simple = Simplify.Run(graph);
        GraphRun.Same(graph, simple);
        Assert.Equal(expected, simple.ToString().TrimEnd());
    }

    [Fact]
    public void Run_OneCarriedValueRead_KeepsWhatItDependsOn() => Becomes(
        """
        Test(start: f32[B], weights: f32[L, B], scales: f32[L, B], outside: f32[B])
          x: f32[B], y: f32[B] = Repeat(start, start, weights; Count: L, Carried: 2, Stacked: 1, Reverse: false, Body: Layer)
            Layer(x: f32[B], y: f32[B], weight: f32[B])
              x2: f32[B] = Elementwise(x, weight, y; ((In(0) * In(1)) + In(2)))
              y2: f32[B] = Elementwise(y; Tanh(In(0)))
              result x = x2
              result y = y2
          result result0 = x
        """, Loop(read: 0));

    [Fact]
    public void Run_StackedResultRead_KeepsTheCarriedValueThatItReads() => Becomes(
        """
        Test(start: f32[B], weights: f32[L, B], scales: f32[L, B], outside: f32[B])
          counter: f32[B], constant: f32[L, B] = Repeat(start, outside; Count: L, Carried: 1, Stacked: 0, Reverse: false, Body: Layer)
            Layer(counter: f32[B], whole: f32[B])
              counter2: f32[B] = Elementwise(counter, whole; (In(0) + In(1)))
              constant: f32[B] = Fill(; Number: 3f, Shape: [B])
              result counter = counter2
              metric constant = constant
          result result1 = counter
          result result4 = constant
        """, Loop(1, 4));

    [Fact]
    public void Run_NothingRead_LoopIsGone() => Assert.Empty(Simplify.Run(Loop()).Nodes);

    [Fact]
    public void Run_AllRead_LoopIsAsItWas()
    {
        Graph graph = Loop(0, 1, 2, 3, 4);
        Assert.Equal(graph, Simplify.Run(graph));
    }
}
