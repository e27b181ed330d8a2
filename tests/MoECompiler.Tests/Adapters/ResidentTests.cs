using MoECompiler.Data;
using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>Adapters beside each other and beside their model: what each computes is its own.</summary>
public sealed class ResidentTests : IDisposable
{
    private const int Rows = 13;

    private readonly CpuDevice _device = new(2);
    private readonly Batch _batch = TestModels.Routed.Data(new Random(1), Rows);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void NewAdapter_ChangesNoBit()
    {
        using RoutedModel routed = AdapterChecks.New(new RoutedModel(_device));
        using RoutedAdapter lora = new(routed);
        using RoutedNola nola = new(routed);
        Assert.Equal(Forward(routed), Forward(lora));
        Assert.Equal(Forward(routed), Forward(nola));

        using LayeredModel layered = AdapterChecks.New(new LayeredModel(_device));
        using LayeredAdapter stacked = new(layered);
        Batch batch = TestModels.Layered.Data(new Random(1), Rows);
        View<float> expected = _device.New<float>(Rows, 5, 17), found = _device.New<float>(Rows, 5, 17);
        layered.Forward(batch.Integer("tokens"), expected);
        stacked.Forward(batch.Integer("tokens"), found);
        Assert.Equal(expected.ToArray(), found.ToArray());
    }

    [Fact]
    public void Adapters_Interleaved_GiveTheBitsThatEachGivesAlone()
    {
        using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        float[] plain = Forward(model);
        RoutedAdapter[] adapters = [.. Enumerable.Range(1, 5).Select(seed => Trained(model, seed))];
        float[][] alone = [.. Enumerable.Range(1, 5).Select(seed =>
        {
            using RoutedModel own = AdapterChecks.New(new RoutedModel(_device));
            using RoutedAdapter adapter = Trained(own, seed);
            return Forward(adapter);
        })];
        Random random = new(1);
        for (int i = 0; i < 40; i++)
        {
            int chosen = random.Next(-1, adapters.Length);
            Assert.Equal(chosen < 0 ? plain : alone[chosen], chosen < 0 ? Forward(model) : Forward(adapters[chosen]));
        }
        adapters[0].Dispose();
        Assert.Equal(alone[1], Forward(adapters[1]));
        Assert.Equal(plain, Forward(model));
    }

    [Fact]
    public void Adapter_OfADisposedModel_SaysSo()
    {
        RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        using RoutedAdapter adapter = new(model);
        model.Dispose();
        Assert.Equal(nameof(RoutedModel), Assert.Throws<ObjectDisposedException>(() => Forward(adapter)).ObjectName);
        Assert.Throws<ObjectDisposedException>(adapter.Merge);
        Assert.Throws<ObjectDisposedException>(() => adapter.Save("never"));
        Assert.Equal(nameof(RoutedModel), Assert.Throws<ObjectDisposedException>(() => new RoutedAdapter(model)).ObjectName);
    }

    [Fact]
    public void DisposedAdapter_SaysSo_AndLeavesItsModel()
    {
        using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        float[] expected = Forward(model);
        RoutedAdapter adapter = Trained(model, 1);
        adapter.Dispose();
        Assert.Equal(nameof(RoutedAdapter), Assert.Throws<ObjectDisposedException>(() => Forward(adapter)).ObjectName);
        Assert.Equal(expected, Forward(model));
    }

    /// <summary>The model and its adapters share an arena: a call waits for the other to end.</summary>
    [Fact]
    public async Task Adapters_OnSeveralThreads_GiveTheirBits()
    {
        using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        using RoutedAdapter one = Trained(model, 1), two = Trained(model, 2);
        (float[] plain, float[] first, float[] second) = (Forward(model), Forward(one), Forward(two));
        await Task.WhenAll(
            Task.Run(() => Repeat(plain, () => Forward(model))),
            Task.Run(() => Repeat(first, () => Forward(one))),
            Task.Run(() => Repeat(second, () => Forward(two))));

        static void Repeat(float[] expected, Func<float[]> forward)
        {
            for (int i = 0; i < 50; i++)
                Assert.Equal(expected, forward());
        }
    }

    private static RoutedAdapter Trained(RoutedModel model, int seed)
    {
        RoutedAdapter adapter = new(model);
        AdapterChecks.Trained(adapter, seed);
        return adapter;
    }

    private float[] Forward(RoutedModel model) => Forward(y => model.Forward(_batch.Float("features"), y));

    private float[] Forward(RoutedAdapter adapter) => Forward(y => adapter.Forward(_batch.Float("features"), y));

    private float[] Forward(RoutedNola adapter) => Forward(y => adapter.Forward(_batch.Float("features"), y));

    private float[] Forward(Action<View<float>> forward)
    {
        View<float> y = _device.New<float>(Rows, RoutedModel.Classes);
        forward(y);
        return y.ToArray();
    }
}
