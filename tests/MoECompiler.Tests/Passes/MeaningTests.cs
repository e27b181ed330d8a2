using MoECompiler.Graphs;
using MoECompiler.Passes;
using Xunit;

namespace MoECompiler.Tests.Passes;

/// <summary>No pass changes what a graph computes: random graphs before and after, by the definitions in double precision.</summary>
public class MeaningTests
{
    /// <summary>What two sums that are joined may differ by, in double precision: they are added up in another order.</summary>
    private const double Joined = 1e-12;

    [Fact]
    public void Simplify_RandomGraph_SameNumbers() => RandomGraphs.Sample(static graph => GraphRun.Same(graph, Simplify.Run(graph)));

    [Fact]
    public void Fuse_RandomGraph_SameNumbers() => RandomGraphs.Sample(static graph => GraphRun.Same(graph, Fuse.Run(graph), Joined));

    [Fact]
    public void Schedule_RandomGraph_SameNumbers() => RandomGraphs.Sample(static graph => GraphRun.Same(graph, Schedule.Run(graph)));

    [Fact]
    public void AllPasses_RandomGraph_SameNumbers() => RandomGraphs.Sample(static graph =>
        GraphRun.Same(graph, Schedule.Run(Fuse.Run(Simplify.Run(graph))), Joined));

    [Fact]
    public void Differentiate_RandomGraph_GradientsAreDifferencesAndOutputsStay() => RandomGraphs.Sample(static graph =>
    {
        Graph training = Differentiate.Run(graph, "Train");
        GraphRun.Same(graph, training);
        GraphRun.HasGradients(graph, training);
    }, count: 60);

    [Fact]
    public void AllPasses_TrainingGraph_SameNumbers() => RandomGraphs.Sample(static graph =>
    {
        Graph training = Differentiate.Run(Simplify.Run(graph), "Train");
        GraphRun.Same(training, Simplify.Run(training));
        GraphRun.Same(training, Schedule.Run(Fuse.Run(Simplify.Run(training))), Joined);
    });

    [Fact]
    public void PassesForGpus_RandomGraph_SameNumbers() => RandomGraphs.Sample(static graph =>
    {
        GraphRun.Same(graph, ForGpus(graph), Joined);
        Graph training = Differentiate.Run(Simplify.Run(graph), "Train");
        GraphRun.Same(training, ForGpus(training), Joined);
    });

    [Theory]
    [InlineData(DType.F16)]
    [InlineData(DType.BF16)]
    public void AllPasses_GraphWithStoredMatrices_SameNumbers(DType storage) => RandomGraphs.Sample(
        static graph =>
        {
            GraphRun.Same(graph, Schedule.Run(Fuse.Run(Simplify.Run(graph))), Joined);
            Graph training = Differentiate.Run(Simplify.Run(graph), "Train");
            GraphRun.Same(graph, training);
            GraphRun.Same(training, Schedule.Run(Fuse.Run(Simplify.Run(training))), Joined);
            GraphRun.Same(training, ForGpus(training), Joined);
        },
        storage: storage);

    [Theory]
    [MemberData(nameof(Options))]
    public void AllPasses_StoredMixtureOfExperts_SameNumbers(int options)
    {
        MoeOptions stored = MoeOptions.All.ElementAt(options) with { Storage = options % 2 == 0 ? DType.BF16 : DType.F16 };
        foreach (Graph graph in (Graph[])[MoeGraphs.Unrolled(stored), MoeGraphs.Looped(stored)])
        {
            GraphRun.Same(graph, Schedule.Run(Fuse.Run(Simplify.Run(graph))), Joined);
            Graph training = Differentiate.Run(Simplify.Run(graph), "Train");
            GraphRun.Same(graph, training);
            GraphRun.Same(training, Schedule.Run(Fuse.Run(Simplify.Run(training))), Joined);
            GraphRun.Same(training, ForGpus(training), Joined);
            Assert.All(graph.Parameters, p => Assert.Contains(training.Outputs, o => o.Kind == OutputKind.Gradient && o.Name == p.Value.Name));
        }
    }

    private static Graph ForGpus(Graph graph) => Schedule.Run(FuseExperts.Run(FuseRows.Run(Fuse.Run(Simplify.Run(graph)), GraphRun.Size)));

    public static TheoryData<int> Options => [.. Enumerable.Range(0, MoeOptions.All.Count())];

    [Theory]
    [MemberData(nameof(Options))]
    public void AllPasses_MixtureOfExperts_SameNumbersAndGradientsAreDifferences(int options)
    {
        foreach (Graph graph in (Graph[])[MoeGraphs.Unrolled(MoeOptions.All.ElementAt(options)), MoeGraphs.Looped(MoeOptions.All.ElementAt(options))])
        {
            GraphRun.Same(graph, Schedule.Run(Fuse.Run(Simplify.Run(graph))), Joined);
            Graph training = Differentiate.Run(Simplify.Run(graph), "Train");
            GraphRun.Same(graph, training);
            GraphRun.HasGradients(graph, training, elements: 3);
            GraphRun.Same(training, Schedule.Run(Fuse.Run(Simplify.Run(training))), Joined);
            GraphRun.Same(graph, ForGpus(graph), Joined);
            GraphRun.Same(training, ForGpus(training), Joined);
            Assert.All(graph.Parameters, p => Assert.Contains(training.Outputs, o => o.Kind == OutputKind.Gradient && o.Name == p.Value.Name));
        }
    }
}
