using MoECompiler.Checkpoints;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

/// <summary>Experts that are made of, into and of each other.</summary>
public class TransformationTests
{
    private const int Width = 6, Inner = 12;

    private static readonly FeedForward[] s_experts = [.. Enumerable.Range(0, 4).Select(static e => Networks.New(Width, Inner, e))];
    private static readonly float[] s_x = [0.3f, -0.7f, 1.1f, 0.2f, -0.4f, 0.9f];

    [Theory]
    [InlineData(4, 0)]
    [InlineData(3, 3)]
    [InlineData(1, 0)]
    [InlineData(12, 0)]
    public void Splitting_AllExpertsTogether_AreTheNetwork(int experts, int shared)
    {
        int[] order = [.. Enumerable.Range(0, Inner).Reverse()];
        foreach (int[]? neurons in (int[]?[])[null, order])
        {
            (IReadOnlyList<FeedForward> parts, FeedForward? common) = new Splitting(experts, shared).From(s_experts[0], neurons);
            Assert.Equal(experts, parts.Count);
            FeedForward[] all = [.. parts, .. common is null ? (FeedForward[])[] : [common]];
            Assert.Equal(Inner, all.Sum(static part => part.Inner));
            Close(Networks.Run(s_experts[0], s_x), Sum(all), 1e-6);
            Close(Networks.Run(s_experts[0], s_x), Networks.Run(FeedForward.Join(all), s_x), 1e-6);
        }
    }

    [Fact]
    public void Splitting_Impossible_IsRefused()
    {
        Assert.Equal("12 neurons, 2 of them shared, cannot be divided among 4 experts.", Assert.Throws<ShapeException>(() => new Splitting(4, 2).From(s_experts[0])).Message);
        Assert.Throws<ShapeException>(() => new Splitting(13).From(s_experts[0]));
        Assert.Throws<ShapeException>(() => new Splitting(4).From(s_experts[0], [0, 0, 1]));
    }

    [Fact]
    public void CoreAndResiduals_Merged_AreTheExperts()
    {
        CoreAndResiduals apart = CoreAndResiduals.Of(s_experts);
        IReadOnlyList<FeedForward> merged = apart.Merge();
        for (int e = 0; e < s_experts.Length; e++)
            Close(Networks.Run(s_experts[e], s_x), Networks.Run(merged[e], s_x), 1e-6);
        // The residuals of the mean add up to nothing.
        Assert.All(FeedForward.Combine(apart.Residuals, [1, 1, 1, 1]).Up.Elements.ToArray(), static x => Assert.InRange(x, -3e-7f, 3e-7f));
        CoreAndResiduals ofFirst = CoreAndResiduals.Of(s_experts, s_experts[0]);
        Assert.All(ofFirst.Residuals[0].Up.Elements.ToArray(), static x => Assert.Equal(0, x));
    }

    [Fact]
    public void Averaging_ByLoad_IsTheWeightedMean()
    {
        FeedForward byLoad = Averaging.ByLoad(s_experts, [3, 0, 1, 0]);
        for (int i = 0; i < byLoad.Up.Elements.Length; i++)
            Assert.Equal((0.75f * s_experts[0].Up.Elements[i]) + (0.25f * s_experts[2].Up.Elements[i]), byLoad.Up.Elements[i], 1e-7f);
        Networks.Same(Averaging.Of(s_experts), Averaging.ByLoad(s_experts, [1, 1, 1, 1]));
        Assert.Throws<ArgumentException>(() => Averaging.ByLoad(s_experts, [0, 0, 0, 0]));
        Assert.Throws<ArgumentException>(() => Averaging.ByLoad(s_experts, [1, 1, 1]));
        Assert.Throws<ArgumentException>(() => Averaging.ByLoad(s_experts, [1, 1, 1, double.NaN]));
    }

    [Fact]
    public void Averaging_TowardsOthers_KeepsTheMeanAndMakesExpertsAlike()
    {
        IReadOnlyList<FeedForward> nearer = s_experts;
        for (int step = 0; step < 60; step++)
            nearer = Averaging.TowardsOthers(nearer, 0.1);
        Close(Values(Averaging.Of(s_experts)), Values(Averaging.Of(nearer)), 1e-6);
        Assert.InRange(ExpertSimilarity.Mean(nearer), 0.999, 1);
        Assert.InRange(ExpertSimilarity.Mean(s_experts), -0.2, 0.2);
    }

    [Fact]
    public void RoutedWeights_ChangedByLoad_AreWhatTheyShouldBe()
    {
        Weight router = Networks.Tensor(new Random(9), 4, Width);
        RoutedWeights layer = new(s_experts, router);
        RoutedWeights kept = layer.KeepMostUsed(2, [1, 7, 0, 9]);
        Assert.Equal([s_experts[1], s_experts[3]], kept.Experts);
        Assert.Equal(router.Take(0, [1, 3]).Elements.ToArray(), kept.Router!.Elements.ToArray());

        RoutedWeights merged = layer.MergeMostUsed([1, 6, 0, 2]);
        Assert.Equal([s_experts[0], s_experts[1], s_experts[3]], [merged.Experts[0], merged.Experts[1], merged.Experts[3]]);
        Networks.Same(FeedForward.Combine([s_experts[1], s_experts[3]], [0.75, 0.25]), merged.Experts[2]);
        Assert.Equal(router.At(1).Elements.ToArray(), merged.Router!.At(1).Elements.ToArray());
        Assert.Equal((0.75f * router.At(1).Elements[0]) + (0.25f * router.At(3).Elements[0]), merged.Router.At(2).Elements[0], 1e-7f);

        RoutedWeights grown = layer.Add(2, new ExactCopy(), [1, 6, 0, 2]);
        Assert.Equal([.. s_experts, s_experts[1], s_experts[3]], grown.Experts);
        Assert.Equal(router.Elements.ToArray(), grown.Router!.Take(0, [0, 1, 2, 3]).Elements.ToArray());
        Assert.All(grown.Router.At(4).Elements.ToArray().Zip(router.At(1).Elements.ToArray()), static pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 1e-9, 0.1));

        Assert.Throws<ArgumentException>(() => layer.KeepMostUsed(5, [1, 1, 1, 1]));
        Assert.Throws<ArgumentException>(() => layer.MergeMostUsed([1, 1]));
    }

    [Fact]
    public void NeuronPruning_OfDeadNeurons_ChangesNothing()
    {
        FeedForward dense = s_experts[0];
        // Neurons whose column is 0 put out nothing.
        FeedForward dead = dense.Map((part, weight) => part == "down.weight" ? weight.Map((x, i) => i % Inner is 2 or 7 ? 0 : x) : weight);
        FeedForward pruned = new NeuronPruning(10).ByMagnitude(dead);
        Assert.Equal(10, pruned.Inner);
        Close(Networks.Run(dead, s_x), Networks.Run(pruned, s_x), 1e-7);
        double[] activations = [.. Enumerable.Range(0, Inner).Select(static n => (double)n)];
        Networks.Same(dense.Neurons([9, 10, 11]), new NeuronPruning(3).ByActivation(dense, activations));
        // 12 * (6 + 6 + 1) + 6 weights, and 3 * 13 + 6.
        Assert.Equal(1 - (45.0 / 162), NeuronPruning.Sparsity(dense, new NeuronPruning(3).ByActivation(dense, activations)), 1e-12);
        Assert.Throws<ArgumentException>(() => new NeuronPruning(13).ByMagnitude(dense));
        Assert.Throws<ArgumentException>(() => new NeuronPruning(3).ByActivation(dense, [1]));
    }

    [Fact]
    public void Gathering_OfEqualExperts_IsWhatTheKindSays()
    {
        FeedForward[] equal = [s_experts[0], s_experts[0], s_experts[0]];
        Networks.Same(s_experts[0], new AverageGathering().Gather(equal));
        Assert.Equal([.. s_experts[0].Up.Elements.ToArray().Select(static x => 3 * x)], new SumGathering().Gather(equal).Up.Elements.ToArray());
        Assert.Equal(Inner, new TopKGathering().Gather(s_experts).Inner);
        // A third of the neurons of each.
        FeedForward top = new TopKGathering().Gather(equal);
        Close(Networks.Run(FeedForward.Join([.. Enumerable.Repeat(new NeuronPruning(4).ByMagnitude(s_experts[0]).WithBias(1.0 / 3), 3)]), s_x), Networks.Run(top, s_x), 1e-7);
        Assert.Throws<ShapeException>(() => new TopKGathering().Gather([.. Enumerable.Repeat(s_experts[0], 13)]));
    }

    /// <summary>Of experts whose ranks add up to no more than a matrix has, nothing is lost: the gathered matrix is their sum.</summary>
    [Fact]
    public void SvdGathering_OfLowRanks_IsTheSum()
    {
        FeedForward[] low = [.. Enumerable.Range(0, 3).Select(e => s_experts[e].Map((part, weight) => weight.Extents.Rank == 2 ? OfRank(2, weight, e) : weight))];
        Weight expected = new SumGathering().Gather(low).Up, found = new SvdGathering().Gather(low).Up;
        Assert.All(expected.Elements.ToArray().Zip(found.Elements.ToArray()), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static Weight OfRank(int rank, Weight like, int seed)
    {
        Random random = new(seed);
        (int rows, int columns) = (like.Extents[0], like.Extents[1]);
        Weight left = Networks.Tensor(random, rows, rank), right = Networks.Tensor(random, rank, columns);
        return like.Map((_, i) => (float)Enumerable.Range(0, rank).Sum(k => (double)left.Elements[(i / columns * rank) + k] * right.Elements[(k * columns) + (i % columns)]));
    }

    private static double[] Sum(IEnumerable<FeedForward> networks) =>
        networks.Select(static network => Networks.Run(network, s_x)).Aggregate(static (a, b) => [.. a.Zip(b, static (x, y) => x + y)]);

    private static double[] Values(FeedForward network) => [.. network.Up.Elements.ToArray().Select(static x => (double)x)];

    private static void Close(double[] expected, double[] found, double tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], tolerance);
    }
}
