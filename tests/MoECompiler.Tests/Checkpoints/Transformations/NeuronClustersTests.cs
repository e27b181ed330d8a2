using MoECompiler.Checkpoints;
using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

/// <summary>A network whose neurons look for four things, in experts that each look for one.</summary>
public sealed class NeuronClustersTests : IDisposable
{
    private const int Width = NeuronModel.Width, Inner = NeuronModel.Inner, Experts = ClusteredModel.Experts, Rows = 64;

    private readonly CpuDevice _device = new(1);
    private readonly FeedForward _dense = Planted(1);
    private readonly float[] _x = Inputs(2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Of_PlantedGroups_FindsThem()
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            NeuronClusters clusters = new BalancedClustering(Experts) { Seed = seed }.Of(_dense);
            // Neuron n looks for what neuron n + 4 does.
            string[] found = [.. clusters.Members.Select(static members => string.Join(' ', members)).Order(StringComparer.Ordinal)];
            string[] planted = [.. Enumerable.Range(0, Experts).Select(static e => string.Join(' ', Enumerable.Range(0, Inner / Experts).Select(i => e + (i * Experts)))).Order(StringComparer.Ordinal)];
            Assert.Equal(planted, found);
        }
    }

    [Fact]
    public void Of_AnyNetwork_HasGroupsOfOneSizeAndTheSameEachTime()
    {
        FeedForward random = Networks.New(Width, Inner, 5);
        NeuronClusters clusters = new BalancedClustering(8).Of(random), again = new BalancedClustering(8).Of(random);
        Assert.All(clusters.Members, static members => Assert.Equal(Inner / 8, members.Count));
        Assert.Equal(Enumerable.Range(0, Inner), clusters.Order.Order());
        Assert.Equal(clusters.Order, again.Order);
        Assert.Equal(clusters.Centers.Elements.ToArray(), again.Centers.Elements.ToArray());
        Assert.Equal("24 neurons cannot be divided among 5 experts.", Assert.Throws<ShapeException>(() => new BalancedClustering(5).Of(random)).Message);
        // Neurons that are all alike, or nothing, still go somewhere.
        FeedForward none = random.Map(static (_, weight) => weight.Map(static (_, _) => 0));
        Assert.All(new BalancedClustering(4).Of(none).Members, static members => Assert.Equal(Inner / 4, members.Count));
    }

    [Fact]
    public void Split_WithAllExperts_IsTheNetwork()
    {
        double scale = Dense().Max(static y => Math.Abs((double)y));
        Close(Dense(), Mixed(new BalancedClustering(Experts).Of(_dense), Experts), 2e-6 * scale);
    }

    /// <summary>Two experts of four, chosen by their centers, keep nearly all; as many neurons in the order that they have keep much less.</summary>
    [Fact]
    public void Split_WithHalfOfTheExperts_KeepsWhatTheRowIsAbout()
    {
        float[] dense = Dense();
        double clustered = Error(dense, Mixed(new BalancedClustering(Experts).Of(_dense), 2));
        NeuronClusters inOrder = new([.. Enumerable.Range(0, Experts).Select(e => (IReadOnlyList<int>)[.. Enumerable.Range(e * Inner / Experts, Inner / Experts)])], MeansInOrder());
        double ordered = Error(dense, Mixed(inOrder, 2));
        Assert.InRange(clustered, 0, 0.25);
        Assert.InRange(ordered, 2 * clustered, double.PositiveInfinity);
    }

    private Weight MeansInOrder()
    {
        float[] means = new float[Experts * Width];
        for (int i = 0; i < Inner * Width; i++)
            means[(i / Width / (Inner / Experts) * Width) + (i % Width)] += _dense.Up.Elements[i];
        return new Weight(new Extents(Experts, Width), means);
    }

    private float[] Dense()
    {
        using NeuronModel model = new(_device);
        WeightSet weights = new("test");
        weights.SetNetwork(_dense, "Up", "Down");
        weights.CopyTo(model);
        View<float> y = _device.New<float>(Rows, Width);
        model.Forward(_device.Upload(_x, Rows, Width), y);
        return y.ToArray();
    }

    private float[] Mixed(NeuronClusters clusters, int topK)
    {
        using ClusteredModel model = new(new ClusteredModelSizes { TopK = topK }, _device);
        WeightSet weights = new("test");
        clusters.Split(_dense).CopyTo(weights, "Layer");
        weights.CopyTo(model);
        View<float> y = _device.New<float>(Rows, Width);
        model.Forward(_device.Upload(_x, Rows, Width), y);
        return y.ToArray();
    }

    /// <summary>Each neuron is one of four directions and a little noise, in turn.</summary>
    private static FeedForward Planted(int seed)
    {
        FeedForward network = Networks.New(Width, Inner, seed);
        return network.Map((part, weight) => part switch
        {
            "up.weight" => weight.Map(static (x, i) => (0.2f * x) + (i % Width == i / Width % Experts ? 1 : 0)),
            "up.bias" => weight.Map(static (_, _) => -0.3f),
            _ => weight,
        });
    }

    /// <summary>Each row is about one or two of the directions.</summary>
    private static float[] Inputs(int seed)
    {
        Random random = new(seed);
        float[] x = [.. Enumerable.Range(0, Rows * Width).Select(_ => 0.2f * (random.NextSingle() - 0.5f))];
        for (int row = 0; row < Rows; row++)
        {
            x[(row * Width) + random.Next(Experts)] += 1;
            x[(row * Width) + random.Next(Experts)] += 1;
        }
        return x;
    }

    private static double Error(float[] expected, float[] found) =>
        Math.Sqrt(expected.Zip(found).Sum(static pair => Math.Pow(pair.First - pair.Second, 2)) / expected.Sum(static y => (double)y * y));

    private static void Close(float[] expected, float[] found, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], tolerance);
    }
}
