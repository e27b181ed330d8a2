using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Passes;
using Xunit;

namespace MoECompiler.Tests.Graphs;

public class GraphCheckerTests
{
    private static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N"), L = Size.Symbol("L");

    /// <summary>y = Exp(x W), with a loss and a gradient that has the right type.</summary>
    private static Graph Right()
    {
        GraphBuilder graph = new();
        graph.BeginStatement("Tensor y = Head.Forward(x).Exp();");
        Value x = graph.Input("x", TensorType.F32(B, N));
        Value w = graph.Parameter(Parameter("Head.Weight", isFrozen: false));
        graph.Parameter(Parameter("Head.Frozen", isFrozen: true));
        Value p = graph.MatMul(x, w, name: "p");
        Value y = graph.Apply(ScalarFunction.Exp, p, "y");
        graph.Output("y", y, OutputKind.Result);
        graph.Output("loss", graph.ReduceAll(Reduction.Mean, y, "loss"), OutputKind.Loss);
        graph.Output("Head.Weight", graph.MatMul(x, y, transposeA: true, name: "dw"), OutputKind.Gradient);
        return graph.Build("Test");
    }

    private static GraphParameter Parameter(string name, bool isFrozen) =>
        new(new Value(name, TensorType.F32(N, N)), new Initializer.Constant(0), name, isFrozen);

    private static void Fails(string message, Graph graph) => Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => GraphChecker.Check(graph)).Message);

    private static Graph With(int node, Func<Node, Node> change)
    {
        Graph graph = Right();
        return graph with { Nodes = graph.Nodes.Select((n, i) => i == node ? change(n) : n).ToEquatable() };
    }

    [Fact]
    public void Check_RightGraphs_GivesThem()
    {
        Assert.Equal(Right(), GraphChecker.Check(Right()));
        GraphChecker.Check(LoopGraphs.Swap());
    }

    [Fact]
    public void Check_UseBeforeDefinition_Fails()
    {
        Graph graph = Right();
        Fails("Test, y: f32[B, N] = Elementwise(p; Exp(In(0))): `p` is used before it is defined.", graph with { Nodes = [graph.Nodes[1], graph.Nodes[0], .. graph.Nodes.Skip(2)] });
    }

    [Fact]
    public void Check_OutputOfNothing_Fails()
    {
        Graph graph = Right();
        Fails("Test, output z: `z` is used before it is defined.", graph with { Outputs = [new Output("z", new Value("z", TensorType.F32()), OutputKind.Result)] });
    }

    [Fact]
    public void Check_TwoDefinitions_Fails()
    {
        Graph graph = Right();
        Fails("`p` is defined twice", graph with { Nodes = [graph.Nodes[0], graph.Nodes[0]] });
        Fails("Test, inputs: `x` is defined twice", graph with { Inputs = [graph.Inputs[0], graph.Inputs[0]] });
    }

    [Fact]
    public void Check_UseUnderAnotherType_Fails() =>
        Fails("`p: f32[B]` was defined as `p: f32[B, N]`", With(1, static n => n with { Operands = [new Value("p", TensorType.F32(B))], Results = [new Value("y", TensorType.F32(B))] }));

    [Fact]
    public void Check_ResultOfAnotherType_Fails() =>
        Fails("result 0 should be f32[B, N]", With(0, static n => n with { Results = [new Value("p", TensorType.F32(N, B))] }));

    [Fact]
    public void Check_AnotherNumberOfResults_Fails()
    {
        Fails("there are 2 results and should be 1", With(0, static n => n with { Results = [n.Result, new Value("q", n.Result.Type)] }));
        Fails("there are 0 results and should be 1", With(0, static n => n with { Results = [] }));
    }

    [Fact]
    public void Check_OperandsThatDoNotFit_Fails() => Fails("MatMul sums over B rows", With(0, static n => n with { Op = new MatMul(TransposeA: true) }));

    [Fact]
    public void Check_MissingOperands_Fails() => Fails("operands are missing", With(0, static n => n with { Operands = [n.Operands[0]] }));

    [Fact]
    public void Check_FormulaOnAnOperandThatIsNotThere_Fails() =>
        Fails("there are 1 operands", With(1, static n => n with { Op = new Elementwise(Scalar.In(0) + Scalar.In(1)) }));

    [Fact]
    public void Check_FormulaOnMoreOperandsThanKernelsTake_Fails()
    {
        GraphBuilder graph = new();
        Value[] terms = [.. Enumerable.Range(0, 7).Select(i => graph.Input($"x{i}", TensorType.F32()))];
        graph.Elementwise(terms.Select(static (_, i) => Scalar.In(i)).Aggregate(static (a, b) => a + b), terms, "sum");
        Fails("a formula takes 6 operands at most", graph.Build("Test"));
    }

    [Fact]
    public void Check_EpilogueOnAnOperandThatIsNotThere_Fails()
    {
        Fails("there are 0 operands for the epilogue", With(0, static n => n with { Op = new MatMul(Epilogue: Scalar.In(0) + Scalar.In(1)) }));
        Fails("there are 1 operands for the epilogue", With(0, static n => n with { Operands = [.. n.Operands, n.Operands[0]] }));
    }

    [Fact]
    public void Check_EpilogueOperandThatDoesNotSpread_Fails()
    {
        Graph graph = With(0, static n => n with { Op = new MatMul(Epilogue: Scalar.In(0) + Scalar.In(1)), Operands = [.. n.Operands, n.Operands[1]] });
        Fails("`Head.Weight: f32[N, N]` does not spread over the result", graph);
    }

    [Fact]
    public void Check_StatementThatIsNotThere_Fails() => Fails("there is no statement 1", With(0, static n => n with { Statement = 1 }));

    /// <summary>The gradient of a parameter of 16 bits has 32.</summary>
    [Theory]
    [InlineData(DType.F32, null)]
    [InlineData(DType.BF16, "the gradient of w: bf16[N] is bf16[N]")]
    public void Check_GradientOfAStoredParameter_IsWide(DType gradient, string? error)
    {
        GraphBuilder graph = new();
        graph.Parameter(new GraphParameter(new Value("w", TensorType.BF16(N)), new Initializer.Constant(0), "w", IsFrozen: false));
        graph.Output("w", graph.Input("slope", TensorType.F32(N).As(gradient)), OutputKind.Gradient);
        if (error is null)
            GraphChecker.Check(graph.Build("Test"));
        else
            Fails(error, graph.Build("Test"));
    }

    [Fact]
    public void Check_TwoOutputsOfOneName_Fails()
    {
        Graph graph = Right();
        Fails("output y: the name is taken", graph with { Outputs = [.. graph.Outputs, graph.Outputs[0]] });
    }

    [Fact]
    public void Check_LossThatIsNoScalar_Fails()
    {
        Graph graph = Right();
        Fails("a loss is a scalar and this is f32[B, N]", graph with { Outputs = [graph.Outputs[0] with { Kind = OutputKind.Loss }] });
    }

    [Theory]
    [InlineData("y", "a gradient has the name of a parameter")]
    [InlineData("Head.Frozen", "a gradient has the name of a parameter that is not frozen")]
    [InlineData("Head.Weight", "the gradient of Head.Weight: f32[N, N] is f32[B, N]")]
    public void Check_GradientOfAnother_Fails(string name, string message)
    {
        Graph graph = Right();
        Fails(message, graph with { Outputs = [new Output(name, graph.Outputs[0].Value, OutputKind.Gradient)] });
    }

    [Fact]
    public void Check_MalformedLayer_Fails()
    {
        Graph graph = LoopGraphs.Swap();
        Repeat repeat = (Repeat)graph.Nodes[0].Op;
        Fails("Layer, output z: `z` is used before it is defined", Body(repeat.Body with { Outputs = [.. repeat.Body.Outputs.Take(1), new Output("z", new Value("z", TensorType.F32(B)), OutputKind.Result)] }));
        Fails("weights as operands", Body(repeat.Body with { Parameters = [Parameter("w", isFrozen: false)] }));
        Fails("it is given 2", Body(repeat.Body with { Inputs = [repeat.Body.Inputs[0]] }));

        Graph Body(Graph body) => graph with { Nodes = [graph.Nodes[0] with { Op = repeat with { Body = body } }] };
    }

    [Fact]
    public void Check_CarriedValueThatChangesItsType_Fails()
    {
        GraphBuilder layer = new();
        layer.Output("x", layer.ReduceAll(Reduction.Sum, layer.Input("x", TensorType.F32(B)), "sum"), OutputKind.Result);
        Node loop = new(new Repeat(layer.Build("Layer"), L, Carried: 1, Stacked: 0), [new Value("a", TensorType.F32(B))], [new Value("b", TensorType.F32(B))], -1);
        Graph graph = new("Test", [new Value("a", TensorType.F32(B))], [], [loop], [], []);
        Fails("`x` is f32[B] before the layer and f32[] after it", graph);
    }
}
