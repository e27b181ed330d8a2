using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>Adapters that PEFT saved: what they compute, their gradients by PyTorch, and what PEFT merges. See <c>vectors.py</c>.</summary>
public sealed class PeftVectorTests : IDisposable
{
    /// <summary>Of each tensor's largest element: f32 against double.</summary>
    private const double Tolerance = 2e-6;

    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void LoadPeft_Mixture_ComputesWhatPyTorchDoes()
    {
        using Checkpoint expected = Checkpoint.Open(Vectors("mixture.safetensors"));
        using PeftMixture model = Base(new PeftMixture(_device), expected);
        using PeftMixtureAdapter adapter = PeftMixtureAdapter.LoadPeft(Vectors("mixture"), model);
        float[] x = Read(expected, "x");
        int[] labels = [.. Read(expected, "labels").Select(static label => (int)label)];
        View<float> logits = _device.New<float>(labels.Length, PeftMixture.Classes), metrics = _device.New<float>(adapter.Metrics.Sum(static m => m.Count));
        adapter.AllocateGradients();
        adapter.Forward(_device.Upload<float>(x, labels.Length, PeftMixture.Columns), logits);
        Close(Read(expected, "logits"), logits.ToArray(), "logits");
        adapter.Backward(_device.Upload<float>(x, labels.Length, PeftMixture.Columns), _device.Upload<int>(labels, labels.Length), default, metrics);
        Assert.Equal(Read(expected, "loss")[0], metrics.Span[0], 1e-6f);

        List<PeftModule> modules = PeftModule.Of(adapter);
        Assert.Equal(8, modules.Count);
        foreach (PeftModule module in modules)
        {
            PeftModule gradients = module with { A = Gradient(module.A), B = Gradient(module.B) };
            foreach (PeftTensor factor in gradients.Factors())
                Close(Read(expected, $"gradient.{factor.Name}"), factor.ToPeft(), factor.Name);
        }

        View<float> Gradient(View<float> value)
        {
            Parameter parameter = adapter.Parameters.Single(p => p.Value.Offset <= value.Offset && value.Offset < p.Value.Offset + p.Value.Count * sizeof(float));
            return parameter.Gradient.Part((value.Offset - parameter.Value.Offset) / sizeof(float), value.Extents);
        }
    }

    [Fact]
    public void Merge_Mixture_GivesTheWeightsThatPeftMerges() =>
        Merges(new PeftMixture(_device), static (folder, model) => PeftMixtureAdapter.LoadPeft(folder, model), "mixture");

    [Fact]
    public void Merge_TwoWeightsOfOneModule_GivesTheWeightsThatPeftMerges() =>
        Merges(new PeftNested(_device), static (folder, model) => PeftNestedAdapter.LoadPeft(folder, model), "nested");

    [Fact]
    public void SavePeft_WhatWasLoaded_WritesTheSameTensors()
    {
        using PeftMixture mixture = new(_device);
        using PeftNested nested = new(_device);
        Saves(PeftMixtureAdapter.LoadPeft(Vectors("mixture"), mixture), "mixture");
        Saves(PeftNestedAdapter.LoadPeft(Vectors("nested"), nested), "nested");
    }

    /// <summary>PEFT has read a config of this text, with the tensors of the vectors, to the same logits and merged weights.</summary>
    [Fact]
    public void SavePeft_Config_SaysWhatPeftReads()
    {
        using PeftNested model = new(_device);
        using PeftNestedAdapter adapter = new(model);
        adapter.SavePeft(_folder.Path, baseModel: "some/model");
        Assert.Equal(
            """
            {
              "base_model_name_or_path": "some/model",
              "bias": "none",
              "fan_in_fan_out": false,
              "inference_mode": true,
              "init_lora_weights": true,
              "lora_alpha": 6,
              "lora_dropout": 0,
              "peft_type": "LORA",
              "r": 3,
              "target_modules": null,
              "target_parameters": [
                "mlp.router.weight",
                "mlp.router.noise"
              ],
              "task_type": null,
              "use_dora": false,
              "use_rslora": false
            }

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(_folder.File("adapter_config.json")));
    }

    private void Merges<TModel>(TModel model, Func<string, TModel, Adapter> load, string name) where TModel : Model
    {
        using Checkpoint expected = Checkpoint.Open(Vectors($"{name}.safetensors"));
        using Adapter adapter = load(Vectors(name), Base(model, expected));
        adapter.Merge();
        int compared = 0;
        foreach ((string tensor, FloatView value) in model.Parameters.SelectMany(static p => p.Tensors()).Where(t => expected.Find($"merged.{t.Name}") is not null))
        {
            Close(Read(expected, $"merged.{tensor}"), value.ToArray(), tensor);
            compared++;
        }
        Assert.Equal(expected.Tensors.Count(static t => t.Name.StartsWith("merged.", StringComparison.Ordinal)), compared);
        model.Dispose();
    }

    private void Saves(Adapter adapter, string name)
    {
        string folder = _folder.File(name);
        adapter.SavePeft(folder, baseModel: "some/model");
        using Checkpoint expected = Checkpoint.Open(Path.Combine(Vectors(name), "adapter_model.safetensors"));
        using Checkpoint found = Checkpoint.Open(Path.Combine(folder, "adapter_model.safetensors"));
        Assert.Equal(expected.Tensors.Select(static t => t.Name).Order(), found.Tensors.Select(static t => t.Name).Order());
        foreach (TensorEntry tensor in expected.Tensors)
        {
            Assert.Equal(tensor.Shape, found.Find(tensor.Name)!.Shape);
            Assert.Equal(Read(expected, tensor.Name), Read(found, tensor.Name));
        }
        ModelConfig theirs = ModelConfig.Open(Path.Combine(Vectors(name), "adapter_config.json")), ours = ModelConfig.Open(Path.Combine(folder, "adapter_config.json"));
        Assert.Equal((theirs.Text("peft_type"), theirs.Integer("r"), theirs.Number("lora_alpha")), (ours.Text("peft_type"), ours.Integer("r"), ours.Number("lora_alpha")));
        adapter.Dispose();
    }

    private static TModel Base<TModel>(TModel model, Checkpoint vectors) where TModel : Model
    {
        foreach ((string name, FloatView value) in model.Parameters.SelectMany(static p => p.Tensors()).Where(t => vectors.Find($"base.{t.Name}") is not null))
            value.CopyFrom(Read(vectors, $"base.{name}"));
        return model;
    }

    private static float[] Read(Checkpoint checkpoint, string name)
    {
        TensorEntry entry = checkpoint.Find(name) ?? throw new InvalidDataException($"{checkpoint.Path} has no {name}.");
        float[] elements = new float[entry.Shape.Aggregate(1L, static (a, b) => a * b)];
        checkpoint.Read(name, elements);
        return elements;
    }

    private static void Close(float[] expected, float[] found, string what)
    {
        Assert.Equal(expected.Length, found.Length);
        double scale = expected.Max(Math.Abs);
        Assert.True(scale > 0, $"{what} is 0");
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - found[i]) <= Tolerance * scale, $"{what}[{i}]: expected {expected[i]:R}, found {found[i]:R}.");
    }

    private static string Vectors(string name) => Path.Combine(AppContext.BaseDirectory, "Adapters", "Peft", name);
}
