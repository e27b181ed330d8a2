using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Tests.Passes;

/// <summary>What becomes one step on a GPU.</summary>
[Tests(typeof(Region))]
public class RegionTests
{
    [Fact]
    public void FuseRows_Router_BecomesOneStep()
    {
        Graph fused = FuseRows.Run(Fuse.Run(Simplify.Run(MoeGraphs.Unrolled(new MoeOptions(), layers: 1))), GraphRun.Size);
        Node router = Assert.Single(fused.Nodes, static n => n.Op is Region { Kind: RegionKind.Rows });
        Region region = (Region)router.Op;
        Assert.Equal(["MatMul", "Softmax", "TopK", "GatherColumns", "Reduce", "Elementwise"], region.Body.Nodes.Select(static n => n.Op.Name));
        Assert.Equal([DType.I32, DType.F32], router.Results.Select(static r => r.Type.Type));
    }

    [Fact]
    public void FuseRows_ColumnsThatRegistersDoNotHold_StayApart()
    {
        Graph graph = Fuse.Run(Simplify.Run(MoeGraphs.Unrolled(new MoeOptions(), layers: 1)));
        Assert.Equal(graph, FuseRows.Run(graph, static name => name == "E" ? FuseRows.MaximumColumns + 1 : GraphRun.Size(name)));
    }

    [Fact]
    public void FuseRows_LossesOfARouter_GoWithIt()
    {
        Graph fused = FuseRows.Run(Fuse.Run(Simplify.Run(MoeGraphs.Unrolled(new MoeOptions(HasLosses: true), layers: 1))), GraphRun.Size);
        Region region = (Region)Assert.Single(fused.Nodes, static n => n.Op is Region).Op;
        Assert.Contains(region.Body.Nodes, static n => n.Op is LogSumExp);
    }

    /// <summary>A launch passes 14 arguments: the number of rows and the depth are two of them.</summary>
    [Fact]
    public void FuseRows_MoreResultsThanALaunchPasses_StayApart()
    {
        GraphBuilder builder = new();
        Value weight = builder.Parameter(new GraphParameter(new Value("weight", TensorType.F32(Size.Symbol("E"), Size.Symbol("N"))), new Initializer.Constant(0), "weight", IsFrozen: false));
        Value x = builder.Input("x", TensorType.F32(Size.Symbol("B"), Size.Symbol("N")));
        Value scores = builder.Add(new Softmax(), "scores", builder.Add(new MatMul(TransposeA: false, TransposeB: true), "logits", x, weight));
        for (int i = 0; i < 16; i++)
            builder.Output($"y{i}", builder.Add(new Elementwise(Scalar.In(0) * Scalar.Constant(i + 2)), $"y{i}", scores), OutputKind.Result);
        Graph graph = builder.Build("Forward");
        Graph fused = FuseRows.Run(graph, GraphRun.Size);
        Node region = Assert.Single(fused.Nodes, static n => n.Op is Region);
        Assert.Equal(11, region.Operands.Count + region.Results.Count);
        Assert.Equal(GraphRun.Run(graph).Keys.Order(), GraphRun.Run(fused).Keys.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FuseExperts_Layer_BecomesOneStep(bool isGated)
    {
        Graph fused = FuseExperts.Run(Fuse.Run(Simplify.Run(WithoutLoad(MoeGraphs.Unrolled(new MoeOptions(IsGated: isGated), layers: 2)))));
        Assert.Equal(2, fused.Nodes.Count(static n => n.Op is Region { Kind: RegionKind.Experts }));
        Assert.DoesNotContain(fused.Nodes, static n => n.Op is Dispatch or GroupedMatMul or Combine);
    }

    [Fact]
    public void FuseExperts_RowsThatTheBackwardHalfReads_StayApart()
    {
        Graph training = Simplify.Run(Differentiate.Run(Simplify.Run(MoeGraphs.Unrolled(new MoeOptions(), layers: 1)), "Train"));
        Assert.DoesNotContain(FuseExperts.Run(Fuse.Run(training)).Nodes, static n => n.Op is Region);
    }

    [Fact]
    public void FuseExperts_Capacity_StaysApart()
    {
        Graph graph = Fuse.Run(Simplify.Run(MoeGraphs.Unrolled(new MoeOptions(HasCapacity: true), layers: 1)));
        Assert.Equal(graph, FuseExperts.Run(graph));
    }

    private static Graph WithoutLoad(Graph graph) => graph with { Outputs = graph.Outputs.Where(static o => o.Kind == OutputKind.Loss).ToEquatable() };
}
