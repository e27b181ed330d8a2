using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using Xunit;

namespace MoECompiler.Tests.Passes;

public class FuseTests
{
    private static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N"), H = Size.Symbol("H"), K = Size.Symbol("K");

    private readonly GraphBuilder _graph = new();
    private readonly Value _x;
    private readonly Value _w;

    public FuseTests()
    {
        _x = _graph.Input("x", TensorType.F32(B, N));
        _w = _graph.Input("w", TensorType.F32(H, N));
    }

    private Value Product(string name = "p") => _graph.MatMul(_x, _w, transposeB: true, name: name);

    /// <summary>Compares the nodes of the fused graph, a line each.</summary>
    private void Becomes(string expected, Value result)
    {
        _graph.Output("result", result, OutputKind.Result);
        Graph graph = _graph.Build("Test");
        Graph fused = Fuse.Run(graph);
        GraphRun.Same(graph, fused);
        Assert.Equal(graph.Outputs, fused.Outputs);
        Assert.Equal(expected, string.Join("\n", fused.Nodes.Select(GraphPrinter.Print)));
    }

    private Value Map(ScalarExpression expression, string name, params Value[] operands) => _graph.Elementwise(expression, operands, name);

    [Fact]
    public void Run_Chain_BecomesOneFormula()
    {
        Value row = _graph.Input("row", TensorType.F32(N));
        Value a = Map(Scalar.Exp(Scalar.In(0)), "a", _x);
        Value b = Map(Scalar.In(0) - Scalar.In(1), "b", row, a);
        Becomes("c: f32[B, N] = Elementwise(row, x; Tanh((In(0) - Exp(In(1)))))", Map(Scalar.Tanh(Scalar.In(0)), "c", b));
    }

    [Fact]
    public void Run_ConversionOfAFormula_IsItsResult() => Becomes(
        "aRounded: bf16[B, N] = Elementwise(x; Exp(In(0)), Result: DType.BF16)",
        _graph.Convert(Map(Scalar.Exp(Scalar.In(0)), "a", _x), DType.BF16));

    [Fact]
    public void Run_ConversionOfAProduct_IsItsResult() => Becomes(
        "aRounded: f16[B, H] = MatMul(x, w; TransposeA: false, TransposeB: true, Epilogue: Relu(In(0)), Result: DType.F16)",
        _graph.Convert(Map(Scalar.Relu(Scalar.In(0)), "a", Product()), DType.F16));

    [Fact]
    public void Run_ConversionOfANorm_IsItsResult() => Becomes(
        "normalRounded: bf16[B, N] = RmsNorm(x, scale; Epsilon: 0.5f, Result: DType.BF16)",
        _graph.Convert(_graph.Add(new MoECompiler.Ops.RmsNorm(0.5f), "normal", _x, _graph.Input("scale", TensorType.F32(N))), DType.BF16));

    [Fact]
    public void Run_ConversionOfWhatElseIsRead_StaysAlone()
    {
        Value a = Map(Scalar.Exp(Scalar.In(0)), "a", _x);
        Value rounded = _graph.Convert(a, DType.BF16);
        _graph.Output("a", a, OutputKind.Result);
        Becomes(
            """
            a: f32[B, N] = Elementwise(x; Exp(In(0)))
            aRounded: bf16[B, N] = Convert(a; To: DType.BF16)
            """, rounded);
    }

    [Fact]
    public void Run_ConversionOfAnInput_StaysAlone() => Becomes("xRounded: bf16[B, N] = Convert(x; To: DType.BF16)", _graph.Convert(_x, DType.BF16));

    [Fact]
    public void Run_FormulasThatShareAnOperand_ReadItOnce()
    {
        Value a = Map(Scalar.Sigmoid(Scalar.In(0)), "a", _x);
        Becomes("y: f32[B, N] = Elementwise(x; (In(0) * Sigmoid(In(0))))", Map(Scalar.In(0) * Scalar.In(1), "y", _x, a));
    }

    [Fact]
    public void Run_OperandSharedByTheJoinedFormulas_IsThenJoinedItself()
    {
        Value p = Product();
        Value gate = Map(Scalar.Sigmoid(Scalar.In(0)), "gate", p);
        Becomes(
            "y: f32[B, H] = MatMul(x, w; TransposeA: false, TransposeB: true, Epilogue: (In(0) * Sigmoid(In(0))))",
            Map(Scalar.In(0) * Scalar.In(1), "y", p, gate));
    }

    [Fact]
    public void Run_BiasAndActivation_BecomeTheEpilogue()
    {
        Value bias = _graph.Input("bias", TensorType.F32(H));
        Value y = Map(Scalar.In(0) + Scalar.In(1), "y", Product(), bias);
        Becomes("z: f32[B, H] = MatMul(x, w, bias; TransposeA: false, TransposeB: true, Epilogue: Relu((In(0) + In(1))))", Map(Scalar.Relu(Scalar.In(0)), "z", y));
    }

    [Fact]
    public void Run_GroupedProduct_TakesAnEpilogueToo()
    {
        Value weights = _graph.Input("weights", TensorType.F32(5, H, N));
        Routing routing = _graph.DispatchAll(_x, 5, "all");
        Value rows = _graph.Add(new GroupedMatMul(GatherRows: true, TransposeB: true), "rows", _x, weights, routing.Order, routing.Offsets);
        Becomes(
            """
            allOrder: i32[5 * B], allOffsets: i32[6], allPosition: i32[B, 5] = DispatchAll(x; Experts: 5)
            y: f32[5 * B, H] = GroupedMatMul(x, weights, allOrder, allOffsets; GatherRows: true, TransposeB: true, Epilogue: Tanh(In(0)))
            """, Map(Scalar.Tanh(Scalar.In(0)), "y", rows));
    }

    [Fact]
    public void Run_EpilogueOperands_OfEachKindThatKernelsKnow()
    {
        Value element = _graph.Input("element", TensorType.F32(B, H));
        Value column = _graph.Input("column", TensorType.F32(1, H));
        Value row = _graph.Input("row", TensorType.F32(B, 1));
        Value scalar = _graph.Input("scalar", TensorType.F32());
        ScalarExpression sum = Scalar.In(0) + Scalar.In(1) + Scalar.In(2) + Scalar.In(3) + Scalar.In(4);
        Becomes(
            "y: f32[B, H] = MatMul(x, w, element, column, row, scalar; TransposeA: false, TransposeB: true, Epilogue: ((((In(0) + In(1)) + In(2)) + In(3)) + In(4)))",
            Map(sum, "y", Product(), element, column, row, scalar));
    }

    [Fact]
    public void Run_EpilogueOperandThatRepeatsOverRows_IsNotFused()
    {
        Value x = _graph.Input("deep", TensorType.F32(K, B, N));
        Value product = _graph.MatMul(x, _w, transposeB: true, name: "p");
        Value matrix = _graph.Input("matrix", TensorType.F32(B, H));
        Becomes(
            """
            p: f32[K, B, H] = MatMul(deep, w; TransposeA: false, TransposeB: true)
            y: f32[K, B, H] = Elementwise(p, matrix; (In(0) + In(1)))
            """, Map(Scalar.In(0) + Scalar.In(1), "y", product, matrix));
    }

    [Fact]
    public void Run_ProductThatIsBroadcast_IsNotFused()
    {
        Value deep = _graph.Input("deep", TensorType.F32(K, B, H));
        Becomes(
            """
            p: f32[B, H] = MatMul(x, w; TransposeA: false, TransposeB: true)
            y: f32[K, B, H] = Elementwise(deep, p; (In(0) + In(1)))
            """, Map(Scalar.In(0) + Scalar.In(1), "y", deep, Product()));
    }

    [Fact]
    public void Run_FormulaThatIsBroadcast_IsNotComputedForEachElement()
    {
        Value row = _graph.Input("row", TensorType.F32(N));
        Becomes(
            """
            a: f32[N] = Elementwise(row; Exp(In(0)))
            y: f32[B, N] = Elementwise(x, a; (In(0) * In(1)))
            """, Map(Scalar.In(0) * Scalar.In(1), "y", _x, Map(Scalar.Exp(Scalar.In(0)), "a", row)));
    }

    [Fact]
    public void Run_ValueWithTwoReaders_IsNotFused()
    {
        Value p = Product();
        Value a = Map(Scalar.Tanh(Scalar.In(0)), "a", p);
        Becomes(
            """
            p: f32[B, H] = MatMul(x, w; TransposeA: false, TransposeB: true)
            q: f32[B, B] = MatMul(p, p; TransposeA: false, TransposeB: true)
            y: f32[B, H] = MatMul(q, p, p; TransposeA: false, TransposeB: false, Epilogue: (Tanh(In(1)) + In(0)))
            """, Map(Scalar.In(0) + Scalar.In(1), "y", a, _graph.MatMul(_graph.MatMul(p, p, transposeB: true, name: "q"), p, name: "r")));
    }

    [Fact]
    public void Run_ValueThatIsAnOutput_IsNotFused()
    {
        Value p = Product();
        _graph.Output("product", p, OutputKind.Metric);
        Becomes(
            """
            p: f32[B, H] = MatMul(x, w; TransposeA: false, TransposeB: true)
            y: f32[B, H] = Elementwise(p; Exp(In(0)))
            """, Map(Scalar.Exp(Scalar.In(0)), "y", p));
    }

    [Fact]
    public void Run_NodeThatListsAnOperandTwice_IsNotFused()
    {
        Value p = Product();
        Becomes(
            """
            p: f32[B, H] = MatMul(x, w; TransposeA: false, TransposeB: true)
            y: f32[B, H] = Elementwise(p, p; (In(0) * In(1)))
            """, _graph.Add(new Elementwise(Scalar.In(0) * Scalar.In(1)), "y", p, p));
    }

    [Fact]
    public void Run_DearFormulaMentionedTwice_IsKeptInMemory()
    {
        Value a = Map(Scalar.Exp(Scalar.In(0)), "a", _x);
        Becomes(
            """
            a: f32[B, N] = Elementwise(x; Exp(In(0)))
            y: f32[B, N] = Elementwise(a; (In(0) * (Constant(1f) - In(0))))
            """, Map(Scalar.In(0) * (1 - Scalar.In(0)), "y", a));
    }

    [Fact]
    public void Run_CheapFormulaMentionedTwice_IsComputedTwice()
    {
        Value a = Map(Scalar.In(0) + 1, "a", _x);
        Becomes("y: f32[B, N] = Elementwise(x; ((In(0) + Constant(1f)) * Sigmoid((In(0) + Constant(1f)))))", Map(Scalar.In(0) * Scalar.Sigmoid(Scalar.In(0)), "y", a));
    }

    [Fact]
    public void Run_LongChainOfDoublings_StaysSmall()
    {
        Value y = _x;
        for (int i = 0; i < 60; i++)
            y = Map(Scalar.In(0) * Scalar.In(0) + 1, "y", y);
        _graph.Output("result", y, OutputKind.Result);
        Graph fused = Fuse.Run(_graph.Build("Test"));
        Assert.InRange(fused.Nodes.Count, 2, 59);
        Assert.All(fused.Nodes, static n => Assert.True(n.Op.Arguments.Length < 500));
    }

    [Fact]
    public void Run_MoreOperandsThanAKernelTakes_AreLeftInFormulasOfTheirOwn()
    {
        Value sum = _x;
        for (int i = 0; i < 8; i++)
            sum = Map(Scalar.In(0) + Scalar.In(1), "sum", sum, _graph.Input($"term{i}", _x.Type));
        Becomes(
            """
            sum5: f32[B, N] = Elementwise(term4, term3, term2, term1, x, term0; (((((In(4) + In(5)) + In(3)) + In(2)) + In(1)) + In(0)))
            sum8: f32[B, N] = Elementwise(term7, term6, sum5, term5; (((In(2) + In(3)) + In(1)) + In(0)))
            """, sum);
    }

    [Fact]
    public void Run_MoreOperandsThanAnEpilogueTakes_AreLeftInFormulasOfTheirOwn()
    {
        Value sum = Product();
        for (int i = 0; i < 8; i++)
            sum = Map(Scalar.In(0) + Scalar.In(1), "sum", sum, _graph.Input($"term{i}", sum.Type));
        _graph.Output("result", sum, OutputKind.Result);
        Graph fused = Fuse.Run(_graph.Build("Test"));
        GraphChecker.Check(fused);
        Assert.Equal(2, fused.Nodes.Count);
        Assert.Equal(2 + Elementwise.MaximumOperands, fused.Nodes[0].Operands.Count);
    }

    [Fact]
    public void Run_RandomNodes_StayInTheirOrder()
    {
        Value first = _graph.Add(new Noise(NoiseKind.Normal, 0), "first", _x);
        Value a = Map(Scalar.In(0) + Scalar.In(1), "a", _x, first);
        Value second = _graph.Add(new Noise(NoiseKind.Normal, 1), "second", a);
        Becomes(
            """
            first: f32[B, N] = Noise(x; Kind: NoiseKind.Normal, Site: 0)
            a: f32[B, N] = Elementwise(x, first; (In(0) + In(1)))
            second: f32[B, N] = Noise(a; Kind: NoiseKind.Normal, Site: 1)
            y: f32[B, N] = Elementwise(a, second; (In(0) * In(1)))
            """, Map(Scalar.In(0) * Scalar.In(1), "y", a, second));
    }

    [Fact]
    public void Run_LayerOfALoop_IsFusedButNotAcrossItsOutputs()
    {
        GraphBuilder layer = new();
        Value state = layer.Input("state", _x.Type);
        Value p = layer.MatMul(state, layer.Input("slice", TensorType.F32(N, N)), name: "p");
        Value a = layer.Apply(ScalarFunction.Tanh, p, "a");
        layer.Output("state", layer.Apply(ScalarFunction.Exp, a, "b"), OutputKind.Result);
        layer.Output("a", a, OutputKind.Metric);
        Value weights = _graph.Input("weights", TensorType.F32(Size.Symbol("L"), N, N));
        EquatableArray<Value> results = _graph.AddNode(new Repeat(layer.Build("Layer"), Size.Symbol("L"), 1, 1), ["y", "stack"], [_x, weights]);
        _graph.Output("result", results[0], OutputKind.Result);
        Graph graph = _graph.Build("Test");
        Graph fused = Fuse.Run(graph);
        GraphRun.Same(graph, fused);
        Assert.Equal(
            """
            a: f32[B, N] = MatMul(state, slice; TransposeA: false, TransposeB: false, Epilogue: Tanh(In(0)))
            b: f32[B, N] = Elementwise(a; Exp(In(0)))
            """, string.Join("\n", ((Repeat)fused.Nodes[0].Op).Body.Nodes.Select(GraphPrinter.Print)));
    }
}
