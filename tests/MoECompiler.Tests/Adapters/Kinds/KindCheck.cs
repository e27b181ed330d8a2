using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Reference;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>What has to hold of an adapter of any kind.</summary>
internal abstract class KindCheck(string name)
{
    /// <summary>Each kind of adapter, of <see cref="KindModel"/>.</summary>
    public static IReadOnlyList<KindCheck> All { get; } =
    [
        new KindCheck<StableKind>("Lora, rank stabilized", static m => new(m), static (a, x, y) => a.Forward(x, y), static a => a.Reference, static (@in, @out) => 4 * (@in + @out)),
        new KindCheck<HalfFrozenKind>("Lora, A frozen", static m => new(m), static (a, x, y) => a.Forward(x, y), static a => a.Reference, static (@in, @out) => 4 * @out),
        new KindCheck<VeraKind>("Vera", static m => new(m), static (a, x, y) => a.Forward(x, y), static a => a.Reference, static (@in, @out) => 5 + @out),
        new KindCheck<DyLoraKind>("DyLora", static m => new(m), static (a, x, y) => a.Forward(x, y), static a => a.Reference, static (@in, @out) => 5 * (@in + @out)),
        new KindCheck<DoraKind>("Dora", static m => new(m), static (a, x, y) => a.Forward(x, y), static a => a.Reference, static (@in, @out) => 2 * (@in + @out) + @out),
        new KindCheck<DetachedDoraKind>("Dora, norm detached", static m => new(m), static (a, x, y) => a.Forward(x, y), static a => a.Reference, static (@in, @out) => 2 * (@in + @out) + @out) { HasTrueGradients = false },
        new KindCheck<Ia3Kind>("Ia3", static m => new(m), static (a, x, y) => a.Forward(x, y), static a => a.Reference, static (@in, @out) => @out),
        new KindCheck<BottleneckKind>("Bottleneck", static m => new(m), static (a, x, y) => a.Forward(x, y), static a => a.Reference, static (@in, @out) => 2 * 3 * @out + 3 + @out) { IsMergeable = false },
        new KindCheck<PrancKind>("Pranc", static m => new(m), static (a, x, y) => a.Forward(x, y), static a => a.Reference, static (@in, @out) => 5),
    ];

    /// <summary>Whether its change is one of weights.</summary>
    public bool IsMergeable { get; init; } = true;

    /// <summary>Whether its gradients are those of its results.</summary>
    public bool HasTrueGradients { get; init; } = true;

    public override string ToString() => name;

    /// <summary>As if it had been trained for a while.</summary>
    protected static void Train(Model adapter, int seed)
    {
        Random random = new(seed);
        foreach (Parameter parameter in adapter.Parameters.Where(static p => !p.IsFrozen))
            parameter.Value.CopyFrom([.. parameter.Value.ToArray().Select(x => x + (float)(random.NextDouble() - 0.5) / 2)]);
    }

    public abstract void ChangesNothingNew(Device device);

    public abstract void IsTheReference(int rows, Device device);

    public abstract void HasTheGradientsOfDifferences();

    public abstract void CountsItsParameters();

    public abstract void MergesAndIsTakenOut(Device device);

    public abstract void ComesBackFromItsFile(Func<KindModel, Model> other);

    internal static Batch Data(Random random, int rows) => TestModels.Batch(
        ("x", TestModels.Floats(random, rows, KindModel.Columns)), ("labels", TestModels.Integers(random, KindModel.Classes, rows)));
}

/// <inheritdoc/>
/// <param name="name">Of the kind.</param>
/// <param name="create">A new adapter.</param>
/// <param name="forward">Its results.</param>
/// <param name="reference">Its definition.</param>
/// <param name="count">The trained parameters of a matrix, given what a row of it is multiplied with, and its rows.</param>
internal sealed class KindCheck<TAdapter>(
    string name, Func<KindModel, TAdapter> create, Action<TAdapter, View<float>, View<float>> forward, Func<TAdapter, ReferenceModel> reference, Func<int, int, int> count)
    : KindCheck(name) where TAdapter : Adapter, ITrainable
{
    /// <summary>Of the largest result: sums of some dozens of rounded products, in another order.</summary>
    private const double Tolerance = 2e-6;

    public override void ChangesNothingNew(Device device)
    {
        using KindModel model = AdapterChecks.New(new KindModel(device));
        using TAdapter adapter = create(model);
        View<float> x = Input(device), expected = Output(device), found = Output(device);
        model.Forward(x, expected);
        forward(adapter, x, found);
        Assert.Equal(expected.ToArray(), found.ToArray());
        Train(adapter, 1);
        forward(adapter, x, found);
        Assert.NotEqual(expected.ToArray(), found.ToArray());
    }

    public override void IsTheReference(int rows, Device device) => new ModelCheck<TAdapter>(
        d => create(AdapterChecks.New(new KindModel(d))), Data, Train).AgainstReference(reference, rows, seed: 2, device);

    public override void HasTheGradientsOfDifferences() =>
        AdapterGradients.Check(d => create(AdapterChecks.New(new KindModel(d))), reference, Data, Train);

    public override void CountsItsParameters()
    {
        using CpuDevice device = new(1);
        using KindModel model = new(device);
        using TAdapter adapter = create(model);
        Assert.Equal(5, adapter.Sites.Count);
        Assert.Equal(
            adapter.Sites.Sum(site => site.Groups * count(site.In, site.Out)),
            adapter.Parameters.Where(static p => !p.IsFrozen).Sum(static p => p.Count));
    }

    public override void MergesAndIsTakenOut(Device device)
    {
        using KindModel model = AdapterChecks.New(new KindModel(device));
        using TAdapter adapter = create(model);
        Train(adapter, 3);
        if (!IsMergeable)
        {
            Assert.Contains("cannot be merged", Assert.Throws<NotSupportedException>(adapter.Merge).Message, StringComparison.Ordinal);
            Assert.False(adapter.IsMerged);
            return;
        }
        View<float> x = Input(device), expected = Output(device), merged = Output(device);
        forward(adapter, x, expected);
        float[][] before = [.. model.Parameters.Select(static p => p.Value.ToArray())];
        adapter.Merge();
        model.Forward(x, merged);
        Close(expected.ToArray(), merged.ToArray());
        Train(adapter, 4);
        adapter.Unmerge();
        foreach ((float[] was, Parameter now) in before.Zip(model.Parameters))
            Close(was, now.Value.ToArray());
    }

    public override void ComesBackFromItsFile(Func<KindModel, Model> other)
    {
        using TemporaryFolder folder = new();
        using CpuDevice device = new(1);
        using KindModel model = AdapterChecks.New(new KindModel(device));
        using TAdapter adapter = create(model), loaded = create(model);
        using Model stranger = other(model);
        Train(adapter, 5);
        adapter.Save(folder.File("adapter"));
        loaded.LoadWeights(folder.File("adapter"));
        Assert.Equal(adapter.Parameters.Select(static p => p.Value.ToArray()), loaded.Parameters.Select(static p => p.Value.ToArray()));
        string message = Assert.Throws<CheckpointException>(() => stranger.LoadWeights(folder.File("adapter"))).Message;
        Assert.Contains("is of another kind of adapter", message, StringComparison.Ordinal);

        // The rank, the scale, a seed, whatever the kind depends on, the model and its weights.
        Dictionary<string, string> described;
        using (Checkpoint checkpoint = Checkpoint.Open(folder.File("adapter")))
            described = new(checkpoint.Metadata);
        Assert.Superset(new HashSet<string> { "adapter", "base", "base_fingerprint" }, described.Keys.ToHashSet());
        float[][] before = [.. loaded.Parameters.Select(static p => p.Value.ToArray())];
        foreach ((string key, string text) in described)
        {
            SafetensorsWriter writer = new();
            foreach ((string each, string kept) in described)
                writer.SetMetadata(each, each == key ? kept + "1" : kept);
            foreach ((string tensor, FloatView value) in adapter.Parameters.SelectMany(static p => p.Tensors()))
                writer.Add(tensor, value);
            writer.Write(folder.File("other"));
            message = Assert.Throws<CheckpointException>(() => loaded.LoadWeights(folder.File("other"))).Message;
            Assert.Contains($"{key} should be {text}, found {text}1", message, StringComparison.Ordinal);
            Assert.Equal(before, loaded.Parameters.Select(static p => p.Value.ToArray()));
        }
    }

    private static View<float> Input(Device device) => device.Upload<float>([.. Enumerable.Range(0, 9 * KindModel.Columns).Select(static i => MathF.Sin(i))], [9, KindModel.Columns]);

    private static View<float> Output(Device device) => device.New<float>(9, KindModel.Classes);

    private static void Close(float[] expected, float[] found)
    {
        double scale = Math.Max(1, expected.Max(Math.Abs));
        Assert.All(expected.Zip(found), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= Tolerance * scale, $"{pair}"));
    }
}
