using MoECompiler.Checkpoints;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

/// <summary>Checkpoints of one model that become those of another, through files, and misfits that are refused by name.</summary>
public sealed class WeightSetTests : IDisposable
{
    private readonly CpuDevice _device = new(1);
    private readonly TemporaryFolder _folder = new();
    private readonly DenseModel _dense;

    public WeightSetTests()
    {
        _dense = new DenseModel(_device);
        _dense.Initialize(4);
        _dense.Save(_folder.File("dense"));
    }

    public void Dispose()
    {
        _dense.Dispose();
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Upcycling_OfExactCopies_ComputesWhatTheNetworkDid()
    {
        WeightSet weights = WeightSet.Read(_folder.File("dense"));
        new Upcycling(SoloModel.Experts, new ExactCopy(), Seed: 3).Apply(weights, "Up", "Down", "Mixture");
        weights.Save(_folder.File("sparse"));
        using UpcycledModel sparse = UpcycledModel.Load(_folder.File("sparse"), _device);
        float[] router = sparse.Mixture.Router.Value.ToArray();
        Assert.InRange(Math.Sqrt(router.Average(static x => x * x)), 0.015, 0.025);
        Close(Run(_dense.Forward), Run(sparse.Forward), 2e-7f);
    }

    [Fact]
    public void Splitting_IntoALayer_ComputesWhatTheNetworkDid()
    {
        WeightSet weights = WeightSet.Of(_dense);
        IReadOnlyList<FeedForward> parts = new Splitting(5).From(weights.Network("Up", "Down")).Experts;
        weights.RemoveModules("Up", "Down");
        weights.SetExperts("Mixture", parts);
        weights["Mixture.router.weight"] = new Weight(new Extents(5, SoloModel.Width), new float[5 * SoloModel.Width]);
        using SplitModel split = new(_device);
        weights.CopyTo(split);
        Close(Run(_dense.Forward), Run(split.Forward), 3e-7f);
    }

    [Fact]
    public void NeuronPruning_IntoASmallerModel_Loads()
    {
        WeightSet weights = WeightSet.Read(_folder.File("dense"));
        FeedForward network = weights.Network("Up", "Down"), pruned = new NeuronPruning(PrunedModel.Kept).ByMagnitude(network);
        weights.SetNetwork(pruned, "Up", "Down");
        weights.Save(_folder.File("pruned"));
        using PrunedModel small = PrunedModel.Load(_folder.File("pruned"), _device);
        Assert.Equal(NeuronPruning.Sparsity(network, pruned), 1 - ((double)small.ParameterCount / _dense.ParameterCount), 1e-12);
        Assert.Equal(pruned.Up.Elements.ToArray(), small.Up.Weight.Value.ToArray());
    }

    [Fact]
    public void Experts_OfALayer_GoThereAndBack()
    {
        using UpcycledModel model = new(_device);
        model.Initialize(5);
        float[] expected = Run(model.Forward);
        WeightSet weights = WeightSet.Of(model);
        RoutedWeights layer = RoutedWeights.Of(weights, "Mixture");
        Assert.Equal(SoloModel.Experts, layer.Experts.Count);
        layer.Select([5, 4, 3, 2, 1, 0]).CopyTo(weights, "Mixture");
        weights.CopyTo(model);
        // The same experts and rows of the router in another order.
        Close(expected, Run(model.Forward), 1e-7f);
    }

    [Fact]
    public void CopyTo_Misfits_AreAllNamedAndNothingChanges()
    {
        using DenseModel model = new(_device);
        model.Initialize(8);
        float[] before = model.Up.Weight.Value.ToArray();
        WeightSet weights = WeightSet.Of(_dense);
        weights.Remove("Up.bias");
        weights["Down.weight"] = new Weight(new Extents(3, 4), new float[12]);
        weights["Middle.weight"] = new Weight(new Extents(1), [1]);
        string message = Assert.Throws<CheckpointException>(() => weights.CopyTo(model)).Message;
        Assert.StartsWith("DenseModel: the tensors do not fit the model:", message);
        Assert.Contains("\"Up.bias\": missing, expected [20]", message);
        Assert.Contains("\"Down.weight\": expected [12, 20], found [3, 4]", message);
        Assert.Contains("\"Middle.weight\": extra, found [1]", message);
        Assert.Equal(before, model.Up.Weight.Value.ToArray());
    }

    [Fact]
    public void Network_ThatIsNone_IsRefused()
    {
        WeightSet weights = WeightSet.Read(_folder.File("dense"));
        Assert.Contains("tensor \"Gate.weight\": expected, and not there; there are Down.bias, Down.weight, Up.bias, Up.weight.", Assert.Throws<CheckpointException>(() => weights.Network("Up", "Down", "Gate")).Message);
        Assert.Contains("Up and Up are no network: down.weight should be [12, 20] and is [20, 12].", Assert.Throws<CheckpointException>(() => weights.Network("Up", "Up")).Message);
        Assert.Contains("expected the experts of a layer", Assert.Throws<CheckpointException>(() => weights.Experts("Up")).Message);
        weights["Mixture.experts.up.weight"] = Networks.Tensor(new Random(1), 3, 2, 2);
        weights["Mixture.experts.down.weight"] = Networks.Tensor(new Random(1), 4, 2, 2);
        Assert.Contains("\"Mixture.experts.up.weight\": expected 4 experts, found 3", Assert.Throws<CheckpointException>(() => weights.Experts("Mixture")).Message);
    }

    private float[] Run(Action<View<float>, View<float>> forward)
    {
        Random random = new(1);
        View<float> x = _device.Upload<float>([.. Enumerable.Range(0, 7 * SoloModel.Width).Select(_ => random.NextSingle() - 0.5f)], 7, SoloModel.Width);
        View<float> y = _device.New<float>(7, SoloModel.Width);
        forward(x, y);
        return y.ToArray();
    }

    private static void Close(float[] expected, float[] found, float tolerance) =>
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
}
