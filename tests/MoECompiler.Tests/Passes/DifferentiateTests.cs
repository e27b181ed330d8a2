using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using Xunit;

namespace MoECompiler.Tests.Passes;

public class DifferentiateTests
{
    private static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N"), H = Size.Symbol("H");

    private readonly GraphBuilder _graph = new();
    private readonly Value _x;

    public DifferentiateTests() => _x = _graph.Input("x", TensorType.F32(B, N));

    private Value Parameter(string name, bool isFrozen, params Size[] shape) =>
        _graph.Parameter(new GraphParameter(new Value(name, TensorType.F32(shape)), new Initializer.Constant(0), name, isFrozen));

    private Graph Loss(Value y)
    {
        _graph.Output("loss", _graph.ReduceAll(Reduction.Sum, y, "loss"), OutputKind.Loss);
        return _graph.Build("Test");
    }

    /// <summary>Compares the nodes after the loss, without those that no gradient needs, and checks the gradients by differences.</summary>
    private static void Becomes(string expected, Graph graph)
    {
        Graph training = Differentiate.Run(graph, "Train");
        GraphRun.Same(graph, training);
        GraphRun.HasGradients(graph, training);
        Graph simple = Simplify.Run(training);
        GraphRun.Same(training, simple);
        int loss = simple.Nodes.ToList().FindIndex(n => n.Results.Contains(graph.Outputs[0].Value));
        IEnumerable<string> gradients = simple.Outputs.Where(static o => o.Kind == OutputKind.Gradient).Select(static o => $"{o.Name}: {o.Value.Name}");
        Assert.Equal(expected, string.Join("\n", simple.Nodes.Skip(loss + 1).Select(GraphPrinter.Print).Concat(gradients)));
    }

    [Fact]
    public void Run_Linear_GivesTheWeightsGradientAndNoneForTheInput()
    {
        Value product = _graph.MatMul(_x, Parameter("Head.Weight", false, H, N), transposeB: true, name: "product");
        Value y = _graph.Add(product, Parameter("Head.Bias", false, H), "y");
        Becomes(
            """
            d_loss: f32[] = Elementwise(; Constant(1f))
            dy: f32[1, 1] = Reshape(d_loss; Shape: [1, 1])
            d_y: f32[B, H] = BroadcastTo(dy; Shape: [B, H])
            d_y2: f32[H] = SumTo(d_y; Shape: [H])
            d_Head_Weight: f32[H, N] = MatMul(d_y, x; TransposeA: true, TransposeB: false)
            Head.Weight: d_Head_Weight
            Head.Bias: d_y2
            """, Loss(y));
    }

    [Fact]
    public void Run_ValueWithTwoReaders_AddsUpTheirGradients()
    {
        Value w = Parameter("w", false, N);
        Value a = _graph.Apply(ScalarFunction.Tanh, w, "a");
        Value y = _graph.Multiply(_graph.Multiply(_x, a, "p"), _graph.Multiply(w, a, "q"), "y");
        Graph graph = Loss(y);
        Graph training = Differentiate.Run(graph, "Train");
        GraphRun.HasGradients(graph, training);
        // Of the two readers of each of a and w.
        Assert.Equal(2, training.Nodes.Skip(graph.Nodes.Count).Count(static n => n.Op is Elementwise e && e.Expression == Scalar.In(0) + Scalar.In(1)));
    }

    [Fact]
    public void Run_FrozenParameter_GetsNoGradientAndNoNodeComputesOne()
    {
        Value frozen = _graph.MatMul(_x, Parameter("frozen", true, N, N), name: "frozenProduct");
        Value product = _graph.MatMul(frozen, Parameter("w", false, N, H), name: "product");
        Becomes(
            """
            d_loss: f32[] = Elementwise(; Constant(1f))
            dy: f32[1, 1] = Reshape(d_loss; Shape: [1, 1])
            d_product: f32[B, H] = BroadcastTo(dy; Shape: [B, H])
            d_w: f32[N, H] = MatMul(frozenProduct, d_product; TransposeA: true, TransposeB: false)
            w: d_w
            """, Loss(product));
    }

    [Fact]
    public void Run_ParameterThatTheLossDoesNotReach_GetsNoGradient()
    {
        Value unused = _graph.Multiply(_x, Parameter("unused", false, N), "unused");
        _graph.Output("unused", unused, OutputKind.Result);
        Value counted = _graph.Multiply(_x, _graph.Apply(ScalarFunction.Tanh, Parameter("w", false, N), "t"), "counted");
        Value index = _graph.Add(new ArgMax(), "index", _graph.Multiply(_x, Parameter("chooser", false, N), "scores"));
        _graph.Output("index", index, OutputKind.Metric);
        Graph training = Differentiate.Run(Loss(counted), "Train");
        Assert.Equal(["w"], training.Outputs.Where(static o => o.Kind == OutputKind.Gradient).Select(static o => o.Name));
    }

    [Fact]
    public void Run_ParameterThatIsTheLoss_HasTheGradientOne()
    {
        Value w = Parameter("w", false);
        _graph.Output("loss", w, OutputKind.Loss);
        Graph training = Differentiate.Run(_graph.Build("Test"), "Train");
        Assert.Equal([1d], GraphRun.Run(training)["w"].Data);
    }

    [Fact]
    public void Run_OpWithoutAGradient_SaysWhich()
    {
        Value y = _graph.Add(new SoftmaxGradient(), "y", _graph.Multiply(_x, Parameter("w", false, N), "p"), _x);
        Assert.Equal("SoftmaxGradient", Assert.Throws<NoGradientError>(() => Differentiate.Run(Loss(y), "Train")).Op);
    }

    [Fact]
    public void Run_FusedGraph_IsRefused()
    {
        Value product = _graph.MatMul(_x, Parameter("w", false, N, H), name: "product");
        Graph fused = Fuse.Run(Loss(_graph.Apply(ScalarFunction.Tanh, product, "y")));
        Assert.Contains("is differentiated before it is fused", Assert.Throws<InvalidOperationException>(() => Differentiate.Run(fused, "Train")).Message);
    }

    [Fact]
    public void Run_GraphWithoutALoss_IsRefused() =>
        Assert.Contains("Test has no loss", Assert.Throws<InvalidOperationException>(() => Differentiate.Run(_graph.Build("Test"), "Train")).Message);

    [Fact]
    public void Run_BackwardNodes_BelongToTheStatementOfTheirForwardNode()
    {
        _graph.BeginStatement("y = x * w;");
        Value y = _graph.Multiply(_x, Parameter("w", false, N), "y");
        Graph training = Differentiate.Run(Loss(_graph.Apply(ScalarFunction.Tanh, y, "z")), "Train");
        Assert.Equal(["y = x * w;", "Backward: y = x * w;"], training.Statements);
        Assert.Equal([-1, 1], training.Nodes.Skip(3).Select(static n => n.Statement).Distinct());
    }

    [Fact]
    public void Run_Dropout_DrawsTheSameMaskBackward()
    {
        Value kept = _graph.Add(new MoECompiler.Ops.Dropout(0.5f, Site: 3), "kept", _graph.Multiply(_x, Parameter("w", false, N), "y"));
        Becomes(
            """
            d_loss: f32[] = Elementwise(; Constant(1f))
            dy: f32[1, 1] = Reshape(d_loss; Shape: [1, 1])
            d_kept: f32[B, N] = BroadcastTo(dy; Shape: [B, N])
            d_y: f32[B, N] = Dropout(d_kept; Rate: 0.5f, Site: 3)
            d_w: f32[B, N] = Elementwise(x, d_y; (In(0) * In(1)))
            d_w2: f32[N] = SumTo(d_w; Shape: [N])
            w: d_w2
            """, Loss(kept));
    }
}
