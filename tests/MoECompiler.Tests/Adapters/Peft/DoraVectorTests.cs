using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>DoRA on matrices, in repeated layers and on experts: what it computes and its gradients by PyTorch, see <c>dora.py</c>; and its files.</summary>
public sealed class DoraVectorTests : IDisposable
{
    /// <summary>Of each tensor's largest element: f32 against double.</summary>
    private const double Tolerance = 3e-6;

    private readonly CpuDevice _device = new(2);
    private readonly Checkpoint _expected = Checkpoint.Open(Path.Combine(AppContext.BaseDirectory, "Adapters", "Peft", "dora.safetensors"));
    private readonly PeftMixture _model;

    public DoraVectorTests()
    {
        _model = new PeftMixture(_device);
        foreach (Parameter parameter in _model.Parameters)
            ForLayers(parameter, parameter.Value, (name, part) => part.CopyFrom(Read($"base.{name}")));
    }

    public void Dispose()
    {
        _model.Dispose();
        _expected.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Dora_ResultsGradientsAndMergedWeights_ArePyTorchs()
    {
        using PeftDora adapter = new(_model);
        Check(adapter, static (a, x, y) => a.Forward(x, y), static (a, x, labels, metrics) => a.Backward(x, labels, default, metrics), "gradient");
    }

    [Fact]
    public void Dora_NormDetached_HasPyTorchsGradients()
    {
        using PeftDetachedDora adapter = new(_model);
        Check(adapter, static (a, x, y) => a.Forward(x, y), static (a, x, labels, metrics) => a.Backward(x, labels, default, metrics), "detached");
    }

    [Fact]
    public void SavePeft_OfMatrices_IsReadAgain()
    {
        using TemporaryFolder folder = new();
        using PeftOuterDora adapter = new(_model);
        Set(adapter);
        adapter.SavePeft(folder.Path);
        using (Checkpoint saved = Checkpoint.Open(folder.File("adapter_model.safetensors")))
        {
            Assert.Equal(6, saved.Tensors.Count);
            float[] lengths = new float[PeftMixture.Width];
            Close(Read("m.stem.weight"), saved.Find("base_model.model.stem.lora_magnitude_vector") is { } vector ? Content(saved, vector) : lengths, "stem");
        }
        Assert.Contains("\"use_dora\": true", File.ReadAllText(folder.File("adapter_config.json")), StringComparison.Ordinal);
        using PeftOuterDora loaded = PeftOuterDora.LoadPeft(folder.Path, _model);
        foreach ((Parameter was, Parameter now) in adapter.Parameters.Zip(loaded.Parameters))
            Close(was.Value.ToArray(), now.Value.ToArray(), was.Path);
        using PeftOuterLora other = new(_model);
        Assert.Contains("one of [Dora], not of [Lora]", Assert.Throws<CheckpointException>(() => other.LoadPeft(folder.Path)).Message, StringComparison.Ordinal);
        other.SavePeft(folder.Path);
        Assert.Contains("one of [Lora], not of [Dora]", Assert.Throws<CheckpointException>(() => loaded.LoadPeft(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SavePeft_OfExpertsOrMerged_IsRefused()
    {
        using TemporaryFolder folder = new();
        using PeftDora experts = new(_model);
        Assert.Contains("stack of experts, for which PEFT has no DoRA", Assert.Throws<NotSupportedException>(() => experts.SavePeft(folder.Path)).Message, StringComparison.Ordinal);
        using PeftOuterDora adapter = new(_model);
        adapter.Merge();
        Assert.Contains("is merged", Assert.Throws<InvalidOperationException>(() => adapter.SavePeft(folder.Path)).Message, StringComparison.Ordinal);
    }

    private delegate void Backward<TAdapter>(TAdapter adapter, View<float> x, View<int> labels, View<float> metrics);

    private void Check<TAdapter>(TAdapter adapter, Action<TAdapter, View<float>, View<float>> forward, Backward<TAdapter> backward, string gradients)
        where TAdapter : Adapter, ITrainable
    {
        Set(adapter);
        float[] labels = Read("labels");
        View<float> x = _device.Upload<float>(Read("x"), labels.Length, PeftMixture.Columns), logits = _device.New<float>(labels.Length, PeftMixture.Classes);
        forward(adapter, x, logits);
        Close(Read("logits"), logits.ToArray(), "logits");
        adapter.AllocateGradients();
        View<float> metrics = _device.New<float>(adapter.Metrics.Sum(static m => m.Count));
        backward(adapter, x, _device.Upload<int>([.. labels.Select(static label => (int)label)], labels.Length), metrics);
        Assert.Equal(Read("loss")[0], metrics.Span[0], 1e-6f);
        foreach (DoraFactors site in adapter.Sites.Cast<DoraFactors>())
        {
            foreach ((string key, Parameter parameter) in Parts(site))
                ForLayers(site.Weight, parameter.Gradient, (name, part) => Close(Read($"{gradients}.{key}.{name}"), part.ToArray(), $"{key}.{name}"));
        }
        adapter.Merge();
        foreach (AdaptedWeight site in adapter.Sites)
            ForLayers(site.Weight, site.Weight.Value, (name, part) => Close(Read($"merged.{name}"), part.ToArray(), name));
        adapter.Unmerge();
    }

    /// <summary>The parameters of the vectors; the magnitudes as how far they are from the rows' own.</summary>
    private void Set(Adapter adapter)
    {
        foreach (DoraFactors site in adapter.Sites.Cast<DoraFactors>())
        {
            ForLayers(site.Weight, site.A.Value, (name, part) => part.CopyFrom(Read($"A.{name}")));
            ForLayers(site.Weight, site.B.Value, (name, part) => part.CopyFrom(Read($"B.{name}")));
            ForLayers(site.Weight, site.Magnitude.Value, (name, part) => part.CopyFrom(
                [.. Read($"m.{name}").Zip(Read($"base.{name}").Chunk(site.In), static (m, row) => (float)(m - Math.Sqrt(row.Sum(static w => (double)w * w))))]));
        }
    }

    private static (string Key, Parameter Parameter)[] Parts(DoraFactors site) => [("A", site.A), ("B", site.B), ("m", site.Magnitude)];

    private static void ForLayers(Parameter weight, View<float> value, Action<string, View<float>> action)
    {
        for (int layer = 0; layer < Math.Max(1, weight.Layers); layer++)
            action(weight.CheckpointName.Replace("{layer}", $"{layer}", StringComparison.Ordinal), weight.Layers > 0 ? value.At(layer) : value);
    }

    private float[] Read(string name) => Content(_expected, _expected.Find(name) ?? throw new InvalidOperationException($"There is no {name}."));

    private static float[] Content(Checkpoint checkpoint, TensorEntry tensor)
    {
        float[] content = new float[tensor.Shape.Aggregate(1L, static (a, b) => a * b)];
        checkpoint.Read(tensor.Name, content);
        return content;
    }

    private static void Close(float[] expected, float[] found, string what)
    {
        double scale = expected.Max(MathF.Abs);
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - found[i]) <= Tolerance * scale, $"{what}[{i}]: expected {expected[i]:R}, found {found[i]:R}, largest {scale:R}.");
    }
}
