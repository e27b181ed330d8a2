using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Passes;

using Dropout = MoECompiler.Ops.Dropout;

public class SimplifyTests
{
    private static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N");

    private readonly GraphBuilder _graph = new();
    private readonly Value _x;

    public SimplifyTests() => _x = _graph.Input("x", TensorType.F32(B, N));

    private void Becomes(string expected, Value result)
    {
        _graph.Output("result", result, OutputKind.Result);
        Graph graph = _graph.Build("Test");
        Graph simple = Simplify.Run(graph);
        GraphRun.Same(graph, simple);
        Assert.Equal(expected, simple.ToString().TrimEnd());
    }

    [Fact]
    public void Run_NodeThatNoOutputDependsOn_IsGone()
    {
        Value unused = _graph.Apply(ScalarFunction.Exp, _x, "unused");
        _graph.Apply(ScalarFunction.Exp, unused, "unused");
        Becomes(
            """
            Test(x: f32[B, N])
              y: f32[B, N] = Elementwise(x; Tanh(In(0)))
              result result = y
            """, _graph.Apply(ScalarFunction.Tanh, _x, "y"));
    }

    [Fact]
    public void Run_EqualNodes_BecomeTheFirst()
    {
        Value first = _graph.Apply(ScalarFunction.Exp, _graph.Apply(ScalarFunction.Tanh, _x, "a"), "b");
        Value second = _graph.Apply(ScalarFunction.Exp, _graph.Apply(ScalarFunction.Tanh, _x, "c"), "d");
        Becomes(
            """
            Test(x: f32[B, N])
              a: f32[B, N] = Elementwise(x; Tanh(In(0)))
              b: f32[B, N] = Elementwise(a; Exp(In(0)))
              sum: f32[B, N] = Elementwise(b; (In(0) + In(0)))
              result result = sum
            """, _graph.Add(first, second, "sum"));
    }

    [Fact]
    public void Run_EqualNodesWithSeveralResults_BecomeTheFirst()
    {
        Value weight = _graph.Input("weight", TensorType.F32(N));
        EquatableArray<Value> first = _graph.AddNode(new RmsNormGradient(0.5f), ["dx", "dw"], [_x, weight, _x]);
        EquatableArray<Value> second = _graph.AddNode(new RmsNormGradient(0.5f), ["ex", "ew"], [_x, weight, _x]);
        Becomes(
            """
            Test(x: f32[B, N], weight: f32[N])
              dx: f32[B, N], dw: f32[N] = RmsNormGradient(x, weight, x; Epsilon: 0.5f)
              sum: f32[B, N] = Elementwise(dx, dw; (In(0) + In(1)))
              result result = sum
            """, _graph.Add(first[0], second[1], "sum"));
    }

    [Fact]
    public void Run_RandomNodes_AreOneOnlyAtOneSite()
    {
        Value first = _graph.Add(new Dropout(0.5f, Site: 0), "first", _x);
        Value same = _graph.Add(new Dropout(0.5f, Site: 0), "same", _x);
        Value other = _graph.Add(new Dropout(0.5f, Site: 1), "other", _x);
        Becomes(
            """
            Test(x: f32[B, N])
              first: f32[B, N] = Dropout(x; Rate: 0.5f, Site: 0)
              other: f32[B, N] = Dropout(x; Rate: 0.5f, Site: 1)
              sum: f32[B, N] = Elementwise(first, other; ((In(0) + In(0)) + In(1)))
              result result = sum
            """, _graph.Elementwise(Scalar.In(0) + Scalar.In(1) + Scalar.In(2), [first, same, other], "sum"));
    }

    [Fact]
    public void Run_Constants_BecomePartOfTheFormula()
    {
        Value number = _graph.Elementwise(Scalar.Constant(0.5f), [], "number");
        Value share = _graph.Elementwise(1f / Scalar.Extent(B), [], "share");
        Value filled = _graph.Add(new Fill(2, [B, N]), "filled");
        Value spread = _graph.BroadcastTo(_graph.Reshape(number, [1, 1], "cell"), [B, N], "spread");
        Becomes(
            """
            Test(x: f32[B, N])
              y: f32[B, N] = Elementwise(x; ((In(0) + (Constant(1f) / Extent(B))) + Constant(1f)))
              result result = y
            """, _graph.Elementwise(Scalar.In(0) + Scalar.In(1) + Scalar.In(2) * Scalar.In(3), [_x, share, filled, spread], "y"));
    }

    [Fact]
    public void Run_ConstantThatGivesTheShape_Stays()
    {
        Value filled = _graph.Add(new Fill(2, [B, N]), "filled");
        Value row = _graph.Input("row", TensorType.F32(N));
        Becomes(
            """
            Test(x: f32[B, N], row: f32[N])
              filled: f32[B, N] = Fill(; Number: 2f, Shape: [B, N])
              y: f32[B, N] = Elementwise(filled, row; (In(0) * In(1)))
              result result = y
            """, _graph.Multiply(filled, row, "y"));
    }

    [Fact]
    public void Run_BroadcastOperand_IsReadNarrow()
    {
        Value row = _graph.Input("row", TensorType.F32(N));
        Value wide = _graph.BroadcastTo(_graph.BroadcastTo(row, [1, N], "one"), [B, N], "wide");
        Becomes(
            """
            Test(x: f32[B, N], row: f32[N])
              y: f32[B, N] = Elementwise(x, row; (In(0) * In(1)))
              result result = y
            """, _graph.Multiply(_x, wide, "y"));
    }

    [Fact]
    public void Run_BroadcastsThatGiveTheShape_OneOfThemStays()
    {
        Value row = _graph.Input("row", TensorType.F32(N));
        Value scalar = _graph.Input("scalar", TensorType.F32());
        Becomes(
            """
            Test(x: f32[B, N], row: f32[N], scalar: f32[])
              wide: f32[B, N] = BroadcastTo(scalar; Shape: [B, N])
              y: f32[B, N] = Elementwise(row, wide; (In(0) * In(1)))
              result result = y
            """, _graph.Multiply(_graph.BroadcastTo(row, [B, N], "tall"), _graph.BroadcastTo(scalar, [B, N], "wide"), "y"));
    }

    [Fact]
    public void Run_ReshapeOfReshape_ReadsTheFirst()
    {
        Value flat = _graph.Reshape(_x, [B * N], "flat");
        Becomes(
            """
            Test(x: f32[B, N])
              column: f32[B * N, 1] = Reshape(x; Shape: [B * N, 1])
              result result = column
            """, _graph.Reshape(flat, [B * N, 1], "column"));
    }

    [Fact]
    public void Run_ReshapeBack_IsTheValueItself()
    {
        Value flat = _graph.Reshape(_x, [B * N], "flat");
        Becomes(
            """
            Test(x: f32[B, N])
              result result = x
            """, _graph.Reshape(flat, [B, N], "back"));
    }

    [Fact]
    public void Run_OneTimesAndPlusZero_AreTheValueItself()
    {
        Value one = _graph.Elementwise(Scalar.Constant(1), [], "one");
        Value zeroes = _graph.Zeroes(_x.Type, "zeroes");
        Becomes(
            """
            Test(x: f32[B, N])
              result result = x
            """, _graph.Add(_graph.Multiply(_x, one, "y"), zeroes, "z"));
    }

    [Fact]
    public void Run_TimesZero_StaysForNaN()
    {
        Value zeroes = _graph.Zeroes(_x.Type, "zeroes");
        _graph.Output("result", _graph.Multiply(_x, zeroes, "y"), OutputKind.Result);
        Graph simple = Simplify.Run(_graph.Build("Test"));
        ReferenceTensor x = ReferenceTensor.New(3, 4);
        x.Data[1] = double.NaN;
        x.Data[2] = double.PositiveInfinity;
        double[] y = ReferenceRunner.Run(simple, new Dictionary<string, ReferenceTensor> { ["x"] = x }, GraphRun.Context)["result"].Data;
        Assert.Equal([0, double.NaN, double.NaN, 0], y.Take(4));
    }

    [Fact]
    public void Run_OutputsThatBecomeEqual_AreAllThere()
    {
        Value a = _graph.Apply(ScalarFunction.Exp, _x, "a");
        _graph.Output("first", a, OutputKind.Result);
        _graph.Output("second", _x, OutputKind.Metric);
        Becomes(
            """
            Test(x: f32[B, N])
              a: f32[B, N] = Elementwise(x; Exp(In(0)))
              result first = a
              metric second = x
              result result = a
            """, _graph.Apply(ScalarFunction.Exp, _x, "b"));
    }
}
