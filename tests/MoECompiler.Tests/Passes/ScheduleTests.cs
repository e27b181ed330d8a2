using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using Xunit;

namespace MoECompiler.Tests.Passes;

public class ScheduleTests
{
    private static readonly Size B = Size.Symbol("B");

    private readonly GraphBuilder _graph = new();
    private readonly Value _x;

    public ScheduleTests() => _x = _graph.Input("x", TensorType.F32(B));

    private Value Exp(string name, params Value[] operands) => _graph.Elementwise(
        operands.Select(static (_, i) => Scalar.In(i)).Aggregate(static (a, b) => a + b) + 1, operands, name);

    private void Becomes(string order, Value result)
    {
        _graph.Output("result", result, OutputKind.Result);
        Graph graph = _graph.Build("Test");
        Graph scheduled = Schedule.Run(graph);
        GraphRun.Same(graph, scheduled);
        Assert.Equal(order, string.Join(" ", scheduled.Nodes.SelectMany(static n => n.Results).Select(static r => r.Name)));
    }

    [Fact]
    public void Run_NodeOnInputs_SinksToItsFirstReader()
    {
        Value early = Exp("early", _x);
        Value a = Exp("a", _x);
        Becomes("a b early result", Exp("result", Exp("b", a), early));
    }

    [Fact]
    public void Run_ChainOnInputs_StaysWhereItsFirstValueEnds()
    {
        Value first = Exp("early1", _x);
        Value a = Exp("a", _x);
        Value early = Exp("early2", first);
        Becomes("early1 early2 a b result", Exp("result", Exp("b", a), early));
    }

    [Fact]
    public void Run_NodeThatAloneReadsItsOperand_StaysBeforeWhatFollows()
    {
        Value a = Exp("a", _x);
        _graph.Output("a", a, OutputKind.Metric);
        Value b = Exp("b", a);
        Value c = Exp("c", b);
        Value d = Exp("d", a);
        Becomes("a b c d result", Exp("result", c, d));
    }

    [Fact]
    public void Run_OperandThatIsReadLaterAnyway_NodeSinksToThatReader()
    {
        Value a = Exp("a", _x);
        Value early = Exp("early", a);
        Value b = Exp("b", _x);
        Value last = Exp("last", a, b);
        Value c = Exp("c", last);
        Becomes("b a last early c result", Exp("result", c, early));
    }

    [Fact]
    public void Run_AliasOfAnOperandThatIsReadLater_CountsAsTheOperand()
    {
        Value a = Exp("a", _x);
        Value flat = _graph.Reshape(a, [B, 1], "flat");
        Value early = Exp("early", a);
        Value sum = _graph.ReduceAll(Reduction.Sum, flat, "sum");
        Becomes("a flat sum early result", Exp("result", sum, early));
    }

    [Fact]
    public void Run_ResultsOfTheGraph_StayWhereTheyAre()
    {
        Value metric = Exp("metric", _x);
        _graph.Output("metric", metric, OutputKind.Metric);
        Becomes("metric result", Exp("result", _x));
    }

    [Fact]
    public void Run_GradientBesideAWeightsGradient_WaitsForIt()
    {
        // d_a is as large as the rows of the batch; while the weight's gradient is computed it need not be there.
        Value dy = Exp("dy", _x);
        Value dx = Exp("dx", dy);
        _graph.Output("dw", Exp("dw", dy, _x), OutputKind.Metric);
        Becomes("dy dw dx result", Exp("result", dx));
    }
}
