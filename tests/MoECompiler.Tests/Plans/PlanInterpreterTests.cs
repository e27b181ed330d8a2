using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using MoECompiler.Plans;
using MoECompiler.Tests.Passes;
using Xunit;

namespace MoECompiler.Tests.Plans;

/// <summary>The interpreter refuses wrong plans: else its word for right ones would say nothing.</summary>
public class PlanInterpreterTests
{
    private static Plan Chain()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(Size.Symbol("B")));
        Value a = graph.Apply(ScalarFunction.Exp, x, "a");
        Value b = graph.Apply(ScalarFunction.Exp, a, "b");
        Value c = graph.Add(a, b, "c");
        graph.Output("y", graph.Apply(ScalarFunction.Exp, c, "d"), OutputKind.Result);
        return PlanMemory.Run(graph.Build("Chain"), GraphRun.Size);
    }

    private static Plan Move(Plan plan, string value, Place place) => plan with
    {
        Slots = [new Slot(0, [.. plan.Slots.SelectMany(static s => s.Values)]), .. plan.Slots.Skip(1)],
        Places = plan.Places.ToDictionary(static p => p.Key, p => p.Key == value ? place : p.Value),
    };

    [Fact]
    public void Run_RightPlan_Passes()
    {
        Plan plan = Chain();
        Assert.Equal(["a", "b", "c"], plan.Slots.SelectMany(static s => s.Values).Select(static v => v.Name).Order());
        PlanInterpreter.Run(plan);
    }

    [Fact]
    public void Run_ValueOverItsOperand_Fails()
    {
        Plan plan = Move(Chain(), "b", Chain().Places["a"]);
        Assert.Contains("is written while it is used", Assert.Throws<InvalidOperationException>(() => PlanInterpreter.Run(plan)).Message);
    }

    [Fact]
    public void Run_ValueOverOneThatIsReadLater_Fails()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(Size.Symbol("B")));
        Value a = graph.Apply(ScalarFunction.Exp, x, "a");
        Value b = graph.Apply(ScalarFunction.Tanh, x, "b");
        graph.Output("y", graph.Add(a, b, "c"), OutputKind.Result);
        Plan plan = PlanMemory.Run(graph.Build("Two"), GraphRun.Size);
        plan = Move(plan, "b", plan.Places["a"]);
        Assert.Contains("holds another value by now", Assert.Throws<InvalidOperationException>(() => PlanInterpreter.Run(plan)).Message);
    }

    [Fact]
    public void Run_OutputInASlot_Fails()
    {
        Plan plan = Chain();
        Value d = plan.Graph.Nodes[^1].Result;
        plan = Move(plan, "d", new Place.InSlot(plan.Slots.Count)) with { Slots = [.. plan.Slots, new Slot(plan.Slots.Count, [d])] };
        Assert.Contains("Output y lies in", Assert.Throws<InvalidOperationException>(() => PlanInterpreter.Run(plan)).Message);
    }

    [Fact]
    public void Run_CarriedValuesThatChangePlacesWithoutACopy_Fails()
    {
        Plan plan = PlanMemory.Run(LoopGraphs.Swap(), GraphRun.Size);
        PlanInterpreter.Run(plan);
        (string name, LoopPlan loop) = plan.Loops.Single();
        Graph body = loop.Body.Graph;
        Graph without = body with
        {
            Nodes = body.Nodes.Where(static n => n.Op is not Copy).ToEquatable(),
            Outputs = body.Outputs.Select(o => body.Nodes.FirstOrDefault(n => n.Op is Copy && n.Result.Equals(o.Value)) is { } copy ? o with { Value = copy.Operands[0] } : o).ToEquatable(),
        };
        Plan wrong = plan with { Loops = new Dictionary<string, LoopPlan> { [name] = loop with { Body = loop.Body with { Graph = without } } } };
        Assert.Contains("holds another value by now", Assert.Throws<InvalidOperationException>(() => PlanInterpreter.Run(wrong)).Message);
    }
}
