using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Passes;

public class DifferentiateRepeatTests
{
    private static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N"), L = Size.Symbol("L");

    private readonly GraphBuilder _layer = new();
    private readonly GraphBuilder _graph = new();
    private readonly List<Value> _inputs = [];
    private readonly List<Value> _operands = [];

    private Value Parameter(string name, params Size[] shape) =>
        _graph.Parameter(new GraphParameter(new Value(name, TensorType.F32(shape)), new Initializer.Constant(0), name, IsFrozen: false));

    /// <summary>An operand of the loop, and what it is inside.</summary>
    private Value Operand(string name, Value operand, bool isSliced = false)
    {
        Value inside = _layer.Input(name, isSliced ? operand.Type.WithShape(operand.Type.Shape.Skip(1)) : operand.Type);
        _inputs.Add(inside);
        _operands.Add(operand);
        return inside;
    }

    private EquatableArray<Value> Loop(int carried, int stacked) => _graph.AddNode(
        new Repeat(_layer.Build("Layer") with { Inputs = _inputs.ToEquatable() }, L, carried, stacked), ["after", "after", "after"], _operands);

    private Graph Loss(params Value[] terms)
    {
        Value loss = _graph.ReduceAll(Reduction.Sum, _graph.Apply(ScalarFunction.Sigmoid, terms[0], "last"), "loss");
        foreach (Value term in terms.Skip(1))
            loss = _graph.Add(loss, _graph.ReduceAll(Reduction.Mean, term, "term"), "loss");
        _graph.Output("loss", loss, OutputKind.Loss);
        return _graph.Build("Test");
    }

    /// <summary>The graph with gradients, which are the differences, and simplified are the same.</summary>
    private static Graph Train(Graph graph)
    {
        GraphChecker.Check(graph);
        Graph training = Differentiate.Run(graph, "Train");
        GraphRun.Same(graph, training);
        GraphRun.HasGradients(graph, training, elements: 20);
        GraphRun.Same(training, Schedule.Run(Fuse.Run(Simplify.Run(training))));
        return training;
    }

    private static Repeat[] Loops(Graph graph) => [.. graph.Nodes.Select(static n => n.Op).OfType<Repeat>()];

    [Fact]
    public void Run_CarriedValueAndSlices_BecomesALoopTheOtherWay()
    {
        Value x = Operand("x", _graph.Input("x", TensorType.F32(B, N)));
        Value w = Operand("w", Parameter("W", L, N), isSliced: true);
        _layer.Output("x", _layer.Apply(ScalarFunction.Tanh, _layer.Multiply(x, w, "p"), "y"), OutputKind.Result);
        Graph training = Simplify.Run(Train(Loss(Loop(1, 1)[0])));
        Assert.Equal(
            """
            Train(x: f32[B, N])
              parameter W: f32[L, N]
              after: f32[B, N], after_x: f32[L, B, N], after_y: f32[L, B, N] = Repeat(x, W; Count: L, Carried: 1, Stacked: 1, Reverse: false, Body: Layer)
                Layer(x: f32[B, N], w: f32[N])
                  p: f32[B, N] = Elementwise(x, w; (In(0) * In(1)))
                  y: f32[B, N] = Elementwise(p; Tanh(In(0)))
                  result x = y
                  result x2 = x
                  result y = y
              last: f32[B, N] = Elementwise(after; Sigmoid(In(0)))
              loss: f32[] = Reduce(last; Kind: Reduction.Sum, Axes: [0, 1], KeepExtents: false)
              d_after: f32[B, N] = Elementwise(last; (In(0) * (Constant(1f) - In(0))))
              d_x: f32[B, N], d_W: f32[L, N] = Repeat(d_after, after_x, after_y, W; Count: L, Carried: 1, Stacked: 3, Reverse: true, Body: LayerBackward)
                LayerBackward(d_y: f32[B, N], x: f32[B, N], y: f32[B, N], w: f32[N])
                  d_p: f32[B, N] = Elementwise(y, d_y; ((Constant(1f) - (In(0) * In(0))) * In(1)))
                  d_x: f32[B, N] = Elementwise(w, d_p; (In(0) * In(1)))
                  d_w: f32[B, N] = Elementwise(x, d_p; (In(0) * In(1)))
                  d_w2: f32[N] = SumTo(d_w; Shape: [N])
                  result d_x = d_x
                  result d_w2 = d_w2
              loss loss = loss
              gradient W = d_W

            """, training.ToString());
    }

    [Fact]
    public void Run_WholeOperand_GradientIsSummedOverTheLayers()
    {
        Value x = Operand("x", Parameter("Start", B));
        Value scale = Operand("scale", Parameter("Scale", B));
        _layer.Output("x", _layer.Apply(ScalarFunction.Tanh, _layer.Multiply(x, scale, "p"), "y"), OutputKind.Result);
        Graph training = Train(Loss(Loop(1, 0)[0]));
        Assert.Equal(2, Loops(training)[1].Carried);
    }

    [Fact]
    public void Run_StackedLosses_EachLayersReachesItsOwnWeights()
    {
        Value x = Operand("x", _graph.Input("x", TensorType.F32(B)));
        Value w = Operand("w", Parameter("W", L, B), isSliced: true);
        Value y = _layer.Multiply(x, w, "y");
        _layer.Output("x", _layer.Apply(ScalarFunction.Tanh, y, "tanh"), OutputKind.Result);
        _layer.Output("First.balance", _layer.ReduceAll(Reduction.Sum, _layer.Apply(ScalarFunction.Square, y, "square"), "balance"), OutputKind.Metric);
        _layer.Output("First.load", y, OutputKind.Metric);
        EquatableArray<Value> results = Loop(1, 1);
        _graph.Output("load", results[2], OutputKind.Metric);
        Graph training = Simplify.Run(Train(Loss(results[0], results[1])));
        // y is stacked already: it is not stacked once more for the backward half.
        Assert.Equal(["x", "First.balance", "First.load", "x2", "tanh"], Loops(training)[0].Body.Outputs.Select(static o => o.Name));
        Assert.All(Loops(training)[1].Body.Values, static v => Assert.DoesNotContain('.', v.Name));
    }

    [Fact]
    public void Run_StackedResultAlone_CarriesNothingThatIsNotNeeded()
    {
        Value x = Operand("x", _graph.Input("x", TensorType.F32(B)));
        Value w = Operand("w", Parameter("W", L, B), isSliced: true);
        _layer.Output("x", _layer.Apply(ScalarFunction.Tanh, x, "tanh"), OutputKind.Result);
        _layer.Output("part", _layer.Multiply(x, w, "part"), OutputKind.Metric);
        Graph training = Simplify.Run(Train(Loss(Loop(1, 1)[1])));
        Assert.Equal([1, 0], Loops(training).Select(static r => r.Carried));
    }

    [Fact]
    public void Run_CarriedValuesThatChangePlaces_GradientsDoTheSame()
    {
        Value a = Operand("a", Parameter("A", B));
        Value b = Operand("b", Parameter("Second", B));
        Value w = Operand("w", Parameter("W", L, B), isSliced: true);
        _layer.Output("a", b, OutputKind.Result);
        _layer.Output("b", _layer.Multiply(a, w, "p"), OutputKind.Result);
        EquatableArray<Value> results = Loop(2, 1);
        Train(Loss(results[0], results[1]));
    }

    [Fact]
    public void Run_AliasesInTheLayer_AreMadeAgainInTheirOrder()
    {
        // Two reshapes in a row, the second read first by the backward half: both are made again, from x.
        Value x = Operand("x", _graph.Input("x", TensorType.F32(B, N)));
        Value w = Operand("w", Parameter("W", L, B * N), isSliced: true);
        Value v = Operand("v", Parameter("V", L, B * N, 1), isSliced: true);
        Value flat = _layer.Reshape(x, [B * N], "flat");
        Value column = _layer.Reshape(flat, [B * N, 1], "column");
        Value first = _layer.Reshape(_layer.Multiply(column, v, "first"), [B * N], "back");
        Value second = _layer.Multiply(flat, w, "second");
        Value sum = _layer.Apply(ScalarFunction.Tanh, _layer.Multiply(first, second, "sum"), "tanh");
        _layer.Output("x", _layer.Reshape(sum, [B, N], "y"), OutputKind.Result);
        Graph training = Train(Loss(Loop(1, 2)[0]));
        Repeat[] loops = Loops(training);
        Assert.DoesNotContain(loops[0].Body.Outputs, static o => o.Value.Name is "flat" or "column");
        Assert.Equal(["flat", "column"], loops[1].Body.Nodes.SelectMany(static n => n.Results).Select(static r => r.Name).Where(static n => n is "flat" or "column"));
    }

    [Fact]
    public void Run_BroadcastsAndNumbersInTheLayer_AreMadeAgain()
    {
        Value x = Operand("x", _graph.Input("x", TensorType.F32(B, N)));
        Value w = Operand("w", Parameter("W", L, N), isSliced: true);
        Value wide = _layer.BroadcastTo(w, [B, N], "wide");
        Value two = _layer.Add(new Fill(2, [B, N]), "two");
        _layer.Output("x", _layer.Apply(ScalarFunction.Tanh, _layer.Multiply(_layer.Multiply(x, wide, "p"), two, "q"), "y"), OutputKind.Result);
        Graph training = Train(Loss(Loop(1, 1)[0]));
        Assert.DoesNotContain(Loops(training)[0].Body.Outputs, static o => o.Value.Name is "wide" or "two");
    }

    [Fact]
    public void Run_LoopThatTheLossDoesNotDependOn_KeepsNothing()
    {
        Value x = Operand("x", _graph.Input("x", TensorType.F32(B)));
        Value w = Operand("w", Parameter("W", L, B), isSliced: true);
        _layer.Output("x", _layer.Apply(ScalarFunction.Tanh, _layer.Multiply(x, w, "p"), "y"), OutputKind.Result);
        _graph.Output("after", Loop(1, 1)[0], OutputKind.Result);
        Graph training = Train(Loss(Parameter("Other", B)));
        Assert.Single(Loops(training));
        Assert.Single(Loops(training)[0].Body.Outputs);
        Assert.DoesNotContain(training.Outputs, static o => o.Name == "W");
    }

    [Fact]
    public void Run_IntegersInALayer_AreCarriedAndKept()
    {
        // The experts of the layer before weigh this layer's: an i32 value is carried, and kept for the backward half.
        Value x = Operand("x", _graph.Input("x", TensorType.F32(B, N)));
        Value before = Operand("before", _graph.Input("experts", TensorType.I32(B, 2)));
        Value w = Operand("w", Parameter("W", L, N), isSliced: true);
        Value scores = _layer.Softmax(_layer.Multiply(x, w, "logits"), "scores");
        Value chosen = _layer.Add(new TopK(2), "chosen", scores);
        Value old = _layer.Reduce(Reduction.Sum, _layer.Add(new GatherColumns(), "old", scores, before), [1], "sumOld", keepExtents: true);
        Value own = _layer.Reduce(Reduction.Sum, _layer.Add(new GatherColumns(), "own", scores, chosen), [1], "sumOwn", keepExtents: true);
        _layer.Output("x", _layer.Elementwise(Scalar.Tanh(Scalar.In(0) * Scalar.In(1) + Scalar.In(2)), [scores, old, own], "y"), OutputKind.Result);
        _layer.Output("experts", chosen, OutputKind.Result);
        EquatableArray<Value> results = Loop(2, 1);
        _graph.Output("experts", results[1], OutputKind.Result);
        Graph training = Simplify.Run(Train(Loss(results[0])));
        Assert.Equal(1, Loops(training)[1].Carried);
    }

    [Fact]
    public void Run_LoopInALoop_HasGradientsThroughBoth()
    {
        GraphBuilder inner = new();
        Value state = inner.Input("state", TensorType.F32(B));
        Value slice = inner.Input("slice", TensorType.F32(B));
        Value factor = inner.Input("factor", TensorType.F32(B));
        inner.Output("state", inner.Elementwise(Scalar.Tanh(Scalar.In(0) * Scalar.In(1) + Scalar.In(2)), [state, slice, factor], "next"), OutputKind.Result);

        Value x = Operand("x", _graph.Input("x", TensorType.F32(B)));
        Value w = Operand("w", Parameter("W", L, L, B), isSliced: true);
        Value factors = Operand("factors", Parameter("Factors", B));
        Value after = _layer.AddNode(new Repeat(inner.Build("Inner"), L, Carried: 1, Stacked: 1), ["state"], [x, w, factors])[0];
        _layer.Output("x", _layer.Multiply(after, factors, "y"), OutputKind.Result);
        Graph training = Train(Loss(Loop(1, 1)[0]));
        Assert.All(training.Nodes.Select(static n => n.Op).OfType<Repeat>(), static r => Assert.Null(r.Backward));
        Assert.All(Loops(training).SelectMany(static r => Loops(r.Body)), static r => Assert.Null(r.Backward));
    }

    [Fact]
    public void Run_NamesThatAreTaken_AreNotGivenAgain()
    {
        Value x = Operand("x", _graph.Input("x", TensorType.F32(B)));
        Value w = Operand("w", Parameter("W", L, B), isSliced: true);
        _graph.Input("after_x", TensorType.F32(B));
        _graph.Input("after_y", TensorType.F32(B));
        _layer.Output("y", _layer.Apply(ScalarFunction.Tanh, _layer.Multiply(x, w, "p"), "y"), OutputKind.Result);
        Train(Loss(Loop(1, 1)[0]));
    }

    [Fact]
    public void Run_NoLayers_GradientsAreThoseOfNothing()
    {
        Value x = Operand("x", Parameter("Start", B));
        Value w = Operand("w", Parameter("W", L, B), isSliced: true);
        _layer.Output("x", _layer.Multiply(x, w, "p"), OutputKind.Result);
        Graph training = Differentiate.Run(Loss(Loop(1, 1)[0]), "Train");
        ReferenceContext none = GraphRun.Context with { Sizes = static name => name == "L" ? 0 : GraphRun.Size(name) };
        Dictionary<string, ReferenceTensor> values = new() { ["Start"] = ReferenceTensor.New(3), ["W"] = ReferenceTensor.New(0, 3) };
        IReadOnlyDictionary<string, ReferenceTensor> run = ReferenceRunner.Run(training, values, none);
        Assert.Equal([0.25, 0.25, 0.25], run["Start"].Data);
        Assert.Empty(run["W"].Data);
    }
}
