using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Graphs;

public class GraphBuilderTests
{
    private static readonly TensorType Row = TensorType.F32(Size.Symbol("B"));

    [Fact]
    public void Add_NameThatIsTaken_GetsTheFirstFreeNumber()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", Row);
        Assert.Equal(["x2", "x3"], [graph.Apply(ScalarFunction.Exp, x, "x").Name, graph.Apply(ScalarFunction.Exp, x, "x").Name]);
        Assert.Equal("x4", graph.Input("x", Row).Name);
    }

    [Fact]
    public void Add_NameOfAParametersGradient_IsALocalOfCSharp()
    {
        GraphBuilder graph = new();
        Assert.Equal("d_Head_Weight", graph.Apply(ScalarFunction.Exp, graph.Input("x", Row), "d_Head.Weight").Name);
    }

    [Fact]
    public void Add_UnderAPrefix_NamesResultsButNotInputs()
    {
        GraphBuilder graph = new() { Prefix = "stem" };
        Value x = graph.Input("x", Row);
        Assert.Equal(["x", "stemY"], [x.Name, graph.Apply(ScalarFunction.Exp, x, "y").Name]);
    }

    [Fact]
    public void Add_OperandsThatDoNotFit_SaysWhatDoesNot()
    {
        GraphBuilder graph = new();
        (Value x, Value y) = (graph.Input("x", Row), graph.Input("y", TensorType.F32(Size.Symbol("N"))));
        Assert.Contains("B is not N", Assert.Throws<ShapeError>(() => graph.Add(x, y, "sum")).Message);
    }

    [Fact]
    public void Reserve_Names_AreNotGiven()
    {
        GraphBuilder graph = new();
        graph.Reserve(["cpu"]);
        Assert.Equal("cpu2", graph.Input("cpu", Row).Name);
    }

    [Fact]
    public void Rename_Value_IsRenamedWhereItIsRead()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", Row);
        Value y = graph.Apply(ScalarFunction.Exp, x, "y");
        graph.Output("result", graph.Apply(ScalarFunction.Tanh, y, "z"), OutputKind.Result);
        graph.Output("y", y, OutputKind.Metric);
        graph.Rename(y, "x");
        Assert.Equal(
            """
            Test(x: f32[B])
              x2: f32[B] = Elementwise(x; Exp(In(0)))
              z: f32[B] = Elementwise(x2; Tanh(In(0)))
              result result = z
              metric y = x2

            """, GraphChecker.Check(graph.Build("Test")).ToString());
    }

    [Fact]
    public void BeginGradientOf_Statement_IsOneBackwardStatementEach()
    {
        GraphBuilder graph = new();
        graph.BeginStatement("a");
        graph.BeginStatement("b");
        List<int> statements = [];
        foreach (int statement in (int[])[1, 0, 1, -1])
        {
            graph.BeginGradientOf(statement);
            statements.Add(graph.Statement);
        }
        Assert.Equal([2, 3, 2, -1], statements);
        Assert.Equal(["a", "b", "Backward: b", "Backward: a"], graph.Build("Test").Statements);
    }

    [Fact]
    public void Append_Graph_IsTakenOverButForItsOutputs()
    {
        GraphBuilder first = new();
        first.BeginStatement("a");
        Value x = first.Input("x", Row);
        Value y = first.Apply(ScalarFunction.Exp, x, "y");
        first.Output("y", y, OutputKind.Result);
        GraphBuilder second = new();
        second.Append(first.Build("First"));
        Assert.Equal("y2", second.Apply(ScalarFunction.Exp, y, "y").Name);
        Assert.Equal(
            """
            Second(x: f32[B])
              y: f32[B] = Elementwise(x; Exp(In(0)))
              y2: f32[B] = Elementwise(y; Exp(In(0)))

            """, GraphChecker.Check(second.Build("Second")).ToString());
    }
}
