using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using Xunit;

namespace MoECompiler.Tests.Passes;

/// <summary>Which sums of products become one product of two pairs.</summary>
public class FuseSumsTests
{
    private static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N"), H = Size.Symbol("H");

    private readonly GraphBuilder _graph = new();
    private readonly Value _x, _w, _u, _b;

    public FuseSumsTests()
    {
        _x = _graph.Input("x", TensorType.F32(B, N));
        _w = _graph.Input("w", TensorType.F32(H, N));
        _u = _graph.Input("u", TensorType.F32(B, 2));
        _b = _graph.Input("b", TensorType.F32(H, 2));
    }

    private Value Base => _graph.MatMul(_x, _w, transposeB: true, name: "base");

    private Value Change => _graph.MatMul(_u, _b, transposeB: true, name: "change");

    /// <summary>Compares the nodes of the fused graph, a line each; sums in double precision may differ in their last bits.</summary>
    private void Becomes(string expected, Value result)
    {
        _graph.Output("result", result, OutputKind.Result);
        Graph graph = _graph.Build("Test");
        Graph fused = Fuse.Run(graph);
        GraphRun.Same(graph, fused, 1e-13);
        Assert.Equal(expected, string.Join("\n", fused.Nodes.Select(GraphPrinter.Print)));
    }

    private Value Map(ScalarExpression expression, string name, params Value[] operands) => _graph.Elementwise(expression, operands, name);

    [Fact]
    public void Run_SumOfProducts_IsAProductOfTwoPairs() => Becomes(
        "y: f32[B, H] = MatMul(x, w, u, b; TransposeA: false, TransposeB: true, Second: new SecondPair(TransposeB: true))",
        _graph.Add(Base, Change, "y"));

    [Fact]
    public void Run_SumInAFormula_LeavesTheFormulaAsTheEpilogue()
    {
        Value bias = _graph.Input("bias", TensorType.F32(H));
        Becomes(
            "z: f32[B, H] = MatMul(x, w, u, b, bias; TransposeA: false, TransposeB: true, Second: new SecondPair(TransposeB: true), Epilogue: Relu((In(0) + In(1))))",
            Map(Scalar.Relu(Scalar.In(0)), "z", Map(Scalar.In(0) + Scalar.In(1), "y", _graph.Add(Base, Change, "sum"), bias)));
    }

    [Fact]
    public void Run_BiasBeforeTheSum_StaysTheEpilogue()
    {
        Value biased = Map(Scalar.In(0) + Scalar.In(1), "biased", Base, _graph.Input("bias", TensorType.F32(H)));
        Becomes(
            "y: f32[B, H] = MatMul(x, w, u, b, bias; TransposeA: false, TransposeB: true, Second: new SecondPair(TransposeB: true), Epilogue: (In(0) + In(1)))",
            _graph.Add(biased, Change, "y"));
    }

    [Fact]
    public void Run_FormulaBetweenProductAndSum_IsNotPassed()
    {
        Value active = Map(Scalar.Tanh(Scalar.In(0)), "active", Base);
        Becomes(
            """
            change: f32[B, H] = MatMul(u, b; TransposeA: false, TransposeB: true)
            y: f32[B, H] = MatMul(x, w, change; TransposeA: false, TransposeB: true, Epilogue: (Tanh(In(0)) + In(1)))
            """, _graph.Add(active, Change, "y"));
    }

    [Fact]
    public void Run_FourProducts_BecomeTwo()
    {
        Value sum = _graph.Add(Base, Change, "sum");
        for (int i = 0; i < 2; i++)
            sum = _graph.Add(sum, _graph.MatMul(_graph.Input($"v{i}", _u.Type), _b, transposeB: true, name: $"p{i}"), "sum");
        Becomes(
            """
            sum: f32[B, H] = MatMul(x, w, u, b; TransposeA: false, TransposeB: true, Second: new SecondPair(TransposeB: true))
            sum3: f32[B, H] = MatMul(v0, b, v1, b, sum; TransposeA: false, TransposeB: true, Second: new SecondPair(TransposeB: true), Epilogue: (In(1) + In(0)))
            """, sum);
    }

    [Fact]
    public void Run_ProductThatElseIsRead_StaysAlone()
    {
        Value change = Change;
        _graph.Output("change", change, OutputKind.Metric);
        Becomes(
            """
            change: f32[B, H] = MatMul(u, b; TransposeA: false, TransposeB: true)
            y: f32[B, H] = MatMul(x, w, change; TransposeA: false, TransposeB: true, Epilogue: (In(0) + In(1)))
            """, _graph.Add(Base, change, "y"));
    }

    [Fact]
    public void Run_SumsOverRows_StayApart()
    {
        Value first = _graph.MatMul(_x, _x, transposeA: true, name: "first"), second = _graph.MatMul(_graph.Input("z", _x.Type), _x, transposeA: true, name: "second");
        Becomes(
            """
            second: f32[N, N] = MatMul(z, x; TransposeA: true, TransposeB: false)
            y: f32[N, N] = MatMul(x, x, second; TransposeA: true, TransposeB: false, Epilogue: (In(0) + In(1)))
            """, _graph.Add(first, second, "y"));
    }

    /// <summary>Products of 16 bits begin, as tensor cores do; where the floats beside them are as deep as a size, tensor cores would wait.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_PairsOfTwoTypes_AreJoinedWhereTheFloatsAreFew(bool areFew)
    {
        Value x = _graph.Input("narrow", TensorType.BF16(B, N)), w = _graph.Input("weight", TensorType.BF16(H, N));
        Value stored = _graph.Add(new MatMul(TransposeB: true), "stored", x, w);
        if (areFew)
        {
            Becomes(
                "y: f32[B, H] = MatMul(narrow, weight, u, b; TransposeA: false, TransposeB: true, Second: new SecondPair(TransposeB: true))",
                _graph.Add(Change, stored, "y"));
            return;
        }
        Becomes(
            """
            base: f32[B, H] = MatMul(x, w; TransposeA: false, TransposeB: true)
            y: f32[B, H] = MatMul(narrow, weight, base; TransposeA: false, TransposeB: true, Epilogue: (In(0) + In(1)))
            """, _graph.Add(stored, Base, "y"));
    }

    [Fact]
    public void Run_ExpertsWithAdapters_AreOneProductAndItsRank()
    {
        Routing routing = _graph.DispatchAll(_x, 5, "all");
        Value w = _graph.Input("weights", TensorType.F32(5, H, N)), a = _graph.Input("a", TensorType.F32(5, 2, N)), b = _graph.Input("factors", TensorType.F32(5, H, 2));
        Value product = _graph.GroupedMatMul(_x, w, routing, gatherRows: true, transposeB: true, "product");
        Value rank = Map(Scalar.In(0) * 2f, "scaled", _graph.GroupedMatMul(_x, a, routing, gatherRows: true, transposeB: true, "rank"));
        Value change = _graph.GroupedMatMul(rank, b, routing, gatherRows: false, transposeB: true, "wide");
        Becomes(
            """
            allOrder: i32[5 * B], allOffsets: i32[6], allPosition: i32[B, 5] = DispatchAll(x; Experts: 5)
            scaled: f32[5 * B, 2] = GroupedMatMul(x, a, allOrder, allOffsets; GatherRows: true, TransposeB: true, Epilogue: (In(0) * Constant(2f)))
            y: f32[5 * B, H] = GroupedMatMul(x, weights, allOrder, allOffsets, scaled, factors; GatherRows: true, TransposeB: true, Second: new SecondPair(TransposeB: true))
            """, _graph.Add(product, change, "y"));
    }

    /// <summary>The gradients by one input of two products of its rows, as of a gate and of what it gates.</summary>
    [Fact]
    public void Run_SumsOverSlots_AreAddedBefore()
    {
        Routing routing = _graph.DispatchAll(_x, 5, "all");
        Value first = _graph.Input("first", TensorType.F32(5 * B, H)), second = _graph.Input("second", TensorType.F32(5 * B, H));
        Value w = _graph.Input("weights", TensorType.F32(5, H, N));
        Value left = _graph.GroupedMatMul(first, w, routing, gatherRows: false, transposeB: false, "left"), right = _graph.GroupedMatMul(second, w, routing, gatherRows: false, transposeB: false, "right");
        Becomes(
            """
            allOrder: i32[5 * B], allOffsets: i32[6], allPosition: i32[B, 5] = DispatchAll(x; Experts: 5)
            leftSum: f32[5 * B, N] = GroupedMatMul(first, weights, allOrder, allOffsets, second, weights; GatherRows: false, TransposeB: false, Second: new SecondPair(TransposeB: false))
            y: f32[B, N] = SumRows(leftSum, allOrder; Tokens: B)
            """,
            _graph.Add(
                _graph.Add(new SumRows(B), "leftSum", left, routing.Order), _graph.Add(new SumRows(B), "rightSum", right, routing.Order), "y"));
    }

    /// <summary>The backward half of an adapted product: the gradients that it and its factors have by its input.</summary>
    [Fact]
    public void Run_GradientOfAnAdaptedProduct_IsOneProduct()
    {
        Value weight = Parameter("weight", isFrozen: true, H, N), a = Parameter("down", isFrozen: false, 2, N), b = Parameter("up", isFrozen: false, H, 2), before = Parameter("before", isFrozen: false, N, N);
        Value x = Map(Scalar.Tanh(Scalar.In(0)), "hidden", _graph.MatMul(_x, before, name: "stem"));
        Value y = _graph.Add(
            _graph.MatMul(x, weight, transposeB: true, name: "y"), _graph.MatMul(_graph.MatMul(x, a, transposeB: true, name: "rank"), b, transposeB: true, name: "wide"), "y");
        _graph.Output("loss", _graph.Reduce(Reduction.Mean, y, [0, 1], "loss", keepExtents: false), OutputKind.Loss);
        Graph training = Simplify.Run(Differentiate.Run(_graph.Build("Test"), "Train"));
        Graph fused = Fuse.Run(training);
        GraphRun.Same(training, fused, 1e-13);
        Assert.Equal(2, fused.Nodes.Count(static n => n.Op is MatMul { Second: not null }));
        Assert.Contains(fused.Nodes, static n => n.Op is MatMul { Second: not null, TransposeB: false, Epilogue: not null });
    }

    private Value Parameter(string name, bool isFrozen, params Size[] shape) =>
        _graph.Parameter(new GraphParameter(new Value(name, TensorType.F32(shape)), new Initializer.Normal(1), name, isFrozen));
}
