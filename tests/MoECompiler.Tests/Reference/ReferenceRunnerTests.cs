using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests;

public class ReferenceRunnerTests
{
    private static readonly ReferenceContext s_context = new(static name => name == "B" ? 2 : throw new ArgumentException($"`{name}` is not bound."), default);

    private static Graph Shifted()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(Size.Symbol("B"), 3));
        Value bias = graph.Parameter(new GraphParameter(new Value("Bias", TensorType.F32(3)), new Initializer.Constant(0), "bias", false));
        Value sum = graph.Add(x, bias, "sum");
        graph.Output("probabilities", graph.Softmax(sum, "softmax"), OutputKind.Result);
        return graph.Build("Forward");
    }

    [Fact]
    public void Run_InputsAndParameters_GivesOutputsByName()
    {
        Dictionary<string, ReferenceTensor> given = new() { ["x"] = new([2, 3], [1, 2, 3, 3, 2, 1]), ["Bias"] = new([3], [0, -1, -2]) };
        IReadOnlyDictionary<string, ReferenceTensor> outputs = ReferenceRunner.Run(Shifted(), given, s_context);
        Assert.Equal(["probabilities"], outputs.Keys);
        Assert.Equal([2, 3], outputs["probabilities"].Shape);
        Assert.Equal(1.0 / 3, outputs["probabilities"].Data[1], 1e-15);
        Assert.Equal(["x", "Bias", "sum", "softmax"], ReferenceRunner.RunAll(Shifted(), given, s_context).Keys);
    }

    [Fact]
    public void Run_MissingParameter_IsNamed()
    {
        Dictionary<string, ReferenceTensor> given = new() { ["x"] = ReferenceTensor.New(2, 3) };
        Assert.Equal("`Bias: f32[3]` is given no value.", Error(given));
    }

    [Fact]
    public void Run_InputOfAnotherShape_IsNamed()
    {
        Dictionary<string, ReferenceTensor> given = new() { ["x"] = ReferenceTensor.New(4, 3), ["Bias"] = ReferenceTensor.New(3) };
        Assert.Equal("`x: f32[B, 3]` takes [2, 3] and is given [4, 3] with 12 elements.", Error(given));
    }

    [Fact]
    public void Run_NodeThatFails_IsNamed()
    {
        GraphBuilder graph = new();
        Value table = graph.Input("table", TensorType.F32(2, 1));
        graph.Add(new Gather(), "rows", table, graph.Input("ids", TensorType.I32(2)));
        Dictionary<string, ReferenceTensor> given = new() { ["table"] = ReferenceTensor.New(2, 1), ["ids"] = new([2], [0, 5]) };
        ReferenceException error = Assert.Throws<ReferenceException>(() => ReferenceRunner.Run(graph.Build("Forward"), given, s_context));
        Assert.Equal("rows: f32[2, 1] = Gather(table, ids): The row at position 1 is 5; there are 2, numbered from 0.", error.Message);
    }

    private static string Error(Dictionary<string, ReferenceTensor> given) =>
        Assert.Throws<ReferenceException>(() => ReferenceRunner.Run(Shifted(), given, s_context)).Message;
}
