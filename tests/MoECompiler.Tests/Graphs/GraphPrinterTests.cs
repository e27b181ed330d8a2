using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Passes;
using Xunit;

namespace MoECompiler.Tests.Graphs;

public class GraphPrinterTests
{
    [Fact]
    public void Print_Graph_IsALineANodeWithTypesAndAttributes()
    {
        (Size b, Size n) = (Size.Symbol("B"), Size.Symbol("Width"));
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(b, n));
        Value labels = graph.Input("labels", TensorType.I32(b));
        Value weight = graph.Parameter(new GraphParameter(new Value("Head.Weight", TensorType.F32(10, n)), new Initializer.Uniform(n), "head.weight", IsFrozen: true));
        Value logits = graph.MatMul(x, weight, transposeB: true, name: "logits");
        graph.Output("logits", logits, OutputKind.Result);
        graph.Output("loss", graph.ReduceAll(Reduction.Mean, graph.Add(new CrossEntropy(), "entropy", logits, labels), "mean"), OutputKind.Loss);
        Assert.Equal(
            """
            Evaluate(x: f32[B, Width], labels: i32[B])
              parameter Head.Weight: f32[10, Width] frozen
              logits: f32[B, 10] = MatMul(x, Head.Weight; TransposeA: false, TransposeB: true)
              entropy: f32[B] = CrossEntropy(logits, labels; Smoothing: 0f)
              mean: f32[] = Reduce(entropy; Kind: Reduction.Mean, Axes: [0], KeepExtents: false)
              result logits = logits
              loss loss = mean

            """, graph.Build("Evaluate").ToString());
    }

    [Fact]
    public void Print_Loop_HasItsLayerBelow() => Assert.Equal(
        """
        Swap(a: f32[B], b: f32[B])
          c: f32[B], d: f32[B] = Repeat(a, b; Count: L, Carried: 2, Stacked: 0, Reverse: false, Body: Layer)
            Layer(first: f32[B], second: f32[B])
              result first = second
              result second = first
          result c = c
          result d = d

        """, LoopGraphs.Swap().ToString());
}
