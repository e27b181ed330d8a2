using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using MoECompiler.Plans;
using MoECompiler.Tests.Plans;
using Xunit;

namespace MoECompiler.Tests.Passes;

public class PlanMemoryTests
{
    private static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N");

    private static string Places(Plan plan) => string.Join(
        "\n", plan.Graph.Nodes.SelectMany(static n => n.Results).Select(r => $"{r.Name}: {plan.Places[r.Name] switch
        {
            Place.InSlot { Slot: var slot } => $"slot {slot}",
            Place.InOutput { Output: var output } => $"output {output.Name}",
            Place.AliasOf { Value: var value } => $"alias of {value.Name}",
            _ => "nowhere",
        }}"));

    [Fact]
    public void Run_Chain_TakesTwoSlotsInTurn()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(B, N));
        for (int i = 0; i < 6; i++)
            x = graph.Apply(ScalarFunction.Exp, x, "y");
        graph.Output("result", x, OutputKind.Result);
        Plan plan = PlanMemory.Run(graph.Build("Chain"), GraphRun.Size);
        Assert.Equal(
            """
            y: slot 0
            y2: slot 1
            y3: slot 0
            y4: slot 1
            y5: slot 0
            y6: output result
            """, Places(plan));
        Assert.Equal(2 * 64, plan.Bytes(GraphRun.Size));
        Assert.Equal(5 * 64, plan.BytesWithoutReuse(GraphRun.Size));
    }

    [Fact]
    public void Run_AliasOfAValue_KeepsItAlive()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(B, N));
        Value y = graph.Apply(ScalarFunction.Exp, x, "y");
        Value flat = graph.Reshape(y, [B * N], "flat");
        Value z = graph.Apply(ScalarFunction.Exp, x, "z");
        graph.Output("sum", graph.Add(z, graph.Reshape(flat, [B, N], "back"), "sum"), OutputKind.Result);
        Plan plan = PlanMemory.Run(graph.Build("Alias"), GraphRun.Size);
        Assert.Equal(
            """
            y: slot 0
            flat: alias of y
            z: slot 1
            back: alias of flat
            sum: output sum
            """, Places(plan));
        PlanInterpreter.Run(plan);
    }

    [Fact]
    public void Run_OutputThatIsAPart_IsCopiedFromTheWhole()
    {
        GraphBuilder graph = new();
        Value y = graph.Apply(ScalarFunction.Exp, graph.Input("x", TensorType.F32(B + 3, N)), "y");
        EquatableArray<Value> parts = graph.AddNode(new Split([B, 3]), ["first", "second"], [y]);
        graph.Output("a", parts[0], OutputKind.Result);
        graph.Output("b", graph.Apply(ScalarFunction.Exp, parts[1], "z"), OutputKind.Result);
        Plan plan = PlanMemory.Run(graph.Build("Parts"), GraphRun.Size);
        Assert.Equal(
            """
            y: slot 0
            first: alias of y
            second: alias of y
            z: output b
            first2: output a
            """, Places(plan));
        Assert.Equal((B * N).ToString(), ((Place.AliasOf)plan.Places["second"]).Start.ToString());
        PlanInterpreter.Run(plan);
    }

    [Fact]
    public void Run_OutputThatIsAnAlias_IsComputedThere()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(B, N));
        Value y = graph.Apply(ScalarFunction.Exp, x, "y");
        graph.Output("result", graph.Reshape(y, [B * N], "flat"), OutputKind.Result);
        Plan plan = PlanMemory.Run(graph.Build("Alias"), GraphRun.Size);
        Assert.Equal("y: output result\nflat: alias of y", Places(plan));
        Assert.Equal(0, plan.Bytes(GraphRun.Size));
        PlanInterpreter.Run(plan);
    }

    [Fact]
    public void Run_OutputThatIsAnInputOrAnotherOutput_IsCopied()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(B));
        Value y = graph.Apply(ScalarFunction.Exp, x, "x2");
        graph.Output("first", y, OutputKind.Result);
        graph.Output("second", y, OutputKind.Result);
        graph.Output("third", x, OutputKind.Result);
        Plan plan = PlanMemory.Run(graph.Build("Copies"), GraphRun.Size);
        Assert.Equal("x2: output first\nx22: output second\nx3: output third", Places(plan));
        Assert.Equal(2, plan.Graph.Nodes.Count(static n => n.Op is Copy));
        GraphChecker.Check(plan.Graph);
        PlanInterpreter.Run(plan);
    }

    [Fact]
    public void Run_SmallValueBesideLarge_FillsTheGapOfTheLarge()
    {
        // The second small value is alive when the large one is not: it lies in the large slot, and no third is opened.
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(B, N));
        Value small = graph.ReduceAll(Reduction.Sum, x, "small");
        Value large = graph.Multiply(x, small, "large");
        Value total = graph.ReduceAll(Reduction.Sum, large, "total");
        graph.Output("result", graph.Apply(ScalarFunction.Exp, graph.Apply(ScalarFunction.Exp, total, "exp"), "result"), OutputKind.Result);
        Plan plan = PlanMemory.Run(graph.Build("Gap"), GraphRun.Size);
        Assert.Equal(2, plan.Slots.Count);
        PlanInterpreter.Run(plan);
    }

    [Fact]
    public void Run_ResultThatNothingReads_HasAPlaceOfItsOwn()
    {
        GraphBuilder graph = new();
        Value x = graph.Input("x", TensorType.F32(B, N));
        Value weight = graph.Input("weight", TensorType.F32(N));
        EquatableArray<Value> gradients = graph.AddNode(new RmsNormGradient(0.5f), ["dx", "dw"], [x, weight, x]);
        graph.Output("result", gradients[0], OutputKind.Result);
        Plan plan = PlanMemory.Run(graph.Build("Unread"), GraphRun.Size);
        Assert.Equal("dx: output result\ndw: slot 0", Places(plan));
        PlanInterpreter.Run(plan);
    }

    [Fact]
    public void Run_CarriedValuesThatChangePlaces_AreCopiedFirst()
    {
        Plan plan = PlanMemory.Run(LoopGraphs.Swap(), GraphRun.Size);
        Plan body = Assert.Single(plan.Loops).Value.Body;
        Assert.Equal(2, body.Graph.Nodes.Count(static n => n.Op is Copy));
        PlanInterpreter.Run(plan);
    }

    [Fact]
    public void Run_SlotsOfALoop_AreSharedWithStepsAroundIt()
    {
        Plan plan = PlanMemory.Run(MoeGraphs.Looped(new MoeOptions(IsGated: true)), GraphRun.Size);
        LoopPlan loop = Assert.Single(plan.Loops).Value;
        Assert.Equal(loop.Body.Slots.Count, loop.Slots.Count);
        Assert.Equal(loop.Slots.Count, loop.Slots.Distinct().Count());
        Assert.True(plan.Bytes(GraphRun.Size) < plan.BytesWithoutReuse(GraphRun.Size) * 2 / 3);
        Assert.Contains(loop.Slots, s => plan.Slots[s].Values.Count > loop.Body.Slots[loop.Slots.ToList().IndexOf(s)].Values.Count);
    }

    /// <summary>Whatever sizes the plan was made for: they decide what is shared, not whether the plan is right.</summary>
    private static void IsRight(Graph graph)
    {
        foreach (Func<string, long> nominal in (Func<string, long>[])[GraphRun.Size, static _ => 1, static name => name[0] * 7 % 11])
        {
            Plan plan = PlanMemory.Run(graph, nominal);
            GraphChecker.Check(plan.Graph);
            PlanInterpreter.Run(plan);
            Assert.Equal(plan.Slots.Sum(s => s.Bytes(GraphRun.Size)), plan.Bytes(GraphRun.Size));
            Assert.True(plan.Bytes(GraphRun.Size) <= plan.BytesWithoutReuse(GraphRun.Size));
        }
        GraphRun.Same(graph, PlanMemory.Run(graph, GraphRun.Size).Graph);
    }

    [Fact]
    public void Run_RandomGraph_NoValueIsOverwrittenBeforeItsLastUse() => RandomGraphs.Sample(static graph =>
    {
        IsRight(graph);
        IsRight(Schedule.Run(Fuse.Run(Simplify.Run(Differentiate.Run(Simplify.Run(graph), "Train")))));
    });

    [Fact]
    public void Run_MixtureOfExperts_NoValueIsOverwrittenBeforeItsLastUseAndReuseIsMuch()
    {
        foreach (MoeOptions options in MoeOptions.All)
        {
            foreach (Graph graph in (Graph[])[MoeGraphs.Unrolled(options), MoeGraphs.Looped(options)])
            {
                IsRight(graph);
                IsRight(Schedule.Run(Fuse.Run(Simplify.Run(Differentiate.Run(Simplify.Run(graph), "Train")))));
            }
            Plan deep = PlanMemory.Run(Simplify.Run(MoeGraphs.Unrolled(options, layers: 6)), GraphRun.Size);
            Assert.True(deep.Bytes(GraphRun.Size) < deep.BytesWithoutReuse(GraphRun.Size) / 4);
        }
    }
}
