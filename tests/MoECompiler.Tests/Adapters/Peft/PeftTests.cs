using System.Text.Json.Nodes;
using MoECompiler.Checkpoints;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>PEFT's files written and read again, and all that is refused in them.</summary>
public sealed class PeftTests : IDisposable
{
    private readonly CpuDevice _device = new(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    private string Peft => _folder.File("peft");

    private string Config => Path.Combine(Peft, "adapter_config.json");

    private string Tensors => Path.Combine(Peft, "adapter_model.safetensors");

    [Fact]
    public void SaveAndLoad_OddModels_GivesTheBitsBack()
    {
        RoundTrip(new RoutedModel(_device), static m => new RoutedAdapter(m));
        RoundTrip(new MixtureModel(_device), static m => new MixtureAdapter(m));
        RoundTrip(new LayeredModel(_device), static m => new LayeredAdapter(m));
        RoundTrip(new TwoTaskModel(_device), static m => new TwoTaskAdapter(m));
    }

    [Fact]
    public void SavePeft_AnotherKindOrAConvolution_IsRefusedByName()
    {
        using RoutedModel routed = AdapterChecks.New(new RoutedModel(_device));
        using RoutedNola nola = new(routed);
        Assert.StartsWith("RoutedNola is no adapter of PEFT", Assert.Throws<NotSupportedException>(() => nola.SavePeft(Peft)).Message, StringComparison.Ordinal);
        using PictureModel pictures = AdapterChecks.New(new PictureModel(_device));
        using PictureAdapter convolution = new(pictures);
        Assert.Contains("adapters of convolutions", Assert.Throws<NotSupportedException>(() => convolution.SavePeft(Peft)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Peft));
    }

    [Theory]
    [InlineData("peft_type", "\"LOHA\"", "expected peft_type LORA, found \"LOHA\"")]
    [InlineData("r", "4", "has another rank: expected 3, found 4")]
    [InlineData("lora_alpha", "3", "has another scale: expected 2, found lora_alpha / r = 1. Declare Alpha = 3.")]
    [InlineData("use_rslora", "true", "found lora_alpha / sqrt(r)")]
    [InlineData("use_dora", "true", "\"use_dora\" is set: the adapter is one of [Dora], not of [Lora]")]
    [InlineData("lora_bias", "true", "\"lora_bias\" is set")]
    [InlineData("bias", "\"all\"", "\"bias\" is \"all\"")]
    [InlineData("rank_pattern", "{\"stem\": 4}", "\"rank_pattern\" is set")]
    [InlineData("alpha_pattern", "{\"stem\": 4}", "\"alpha_pattern\" is set")]
    [InlineData("modules_to_save", "[\"head\"]", "\"modules_to_save\" is set")]
    [InlineData("trainable_token_indices", "[1]", "\"trainable_token_indices\" is set")]
    [InlineData("layer_replication", "[[0, 1]]", "\"layer_replication\" is set")]
    [InlineData("init_lora_weights", "\"pissa_niter_4\"", "\"init_lora_weights\" is pissa")]
    public void LoadPeft_ConfigThatAsksForSomethingElse_IsRefusedByName(string key, string value, string message)
    {
        using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        using RoutedAdapter adapter = Saved(model);
        Edit(key, value);
        Refused(model, message);
    }

    /// <summary>The root of a scale is a scale like another.</summary>
    [Theory]
    [InlineData("use_rslora", "true", "lora_alpha", "3.4641016151377544")]
    [InlineData("modules_to_save", "[]", "rank_pattern", "{}")]
    [InlineData("use_dora", "null", "init_lora_weights", "\"gaussian\"")]
    [InlineData("lora_dropout", "0.1", "some_new_option", "[1, {\"a\": [2]}]")]
    public void LoadPeft_ConfigThatSaysTheSame_IsRead(string key, string value, string otherKey, string otherValue)
    {
        using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        using RoutedAdapter adapter = Saved(model);
        Edit(key, value);
        Edit(otherKey, otherValue);
        using RoutedAdapter found = RoutedAdapter.LoadPeft(Peft, model);
        Assert.Equal(Bits(adapter), Bits(found));
    }

    [Fact]
    public void LoadPeft_DamagedOrForeignFiles_AreRefusedAndChangeNothing()
    {
        using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        using RoutedAdapter adapter = Saved(model);
        byte[] whole = File.ReadAllBytes(Tensors);
        File.WriteAllBytes(Tensors, whole[..^5]);
        Refused(model, "adapter_model.safetensors");
        File.Delete(Tensors);
        Refused(model, "adapter_model.safetensors");

        using MixtureModel other = AdapterChecks.New(new MixtureModel(_device));
        using MixtureAdapter stranger = new(other);
        stranger.SavePeft(_folder.File("other"));
        File.Copy(_folder.File("other/adapter_model.safetensors"), Tensors);
        Refused(model, "was trained on other weights of RoutedModel");

        WriteWithout("Head.lora_B.weight");
        Refused(model, "\"base_model.model.Head.lora_B.weight\": missing, expected [3, 3]");
        File.WriteAllBytes(Tensors, whole);
        File.WriteAllText(Config, "{");
        Refused(model, "invalid JSON");
        File.Delete(Config);
        Refused(model, "adapter_config.json");
    }

    [Fact]
    public void LoadPeft_OtherWeightsOfTheModel_IsRefused()
    {
        using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        Saved(model).Dispose();
        using RoutedModel other = new(_device);
        other.Initialize(78);
        Refused(other, "was trained on other weights of RoutedModel");
    }

    /// <summary>As PEFT saves what models of before had: a linear module for each expert.</summary>
    [Fact]
    public void LoadPeft_AModuleAnExpert_IsRead()
    {
        using MixtureModel model = AdapterChecks.New(new MixtureModel(_device));
        using MixtureAdapter adapter = new(model);
        AdapterChecks.Trained(adapter, 1);
        adapter.SavePeft(Peft);
        SafetensorsWriter writer = new();
        foreach (PeftModule module in PeftModule.Of(adapter))
        {
            if (module.Experts == 0)
            {
                foreach (PeftFactor factor in module.Factors().Cast<PeftFactor>())
                    writer.Add(factor.Name, factor.Values);
                continue;
            }
            (string owner, string name) = (module.Path[..module.Path.LastIndexOf('.')], module.Path[(module.Path.LastIndexOf('.') + 1)..]);
            for (int expert = 0; expert < module.Experts; expert++)
            {
                writer.Add($"base_model.model.{owner}.{expert}.{name}.lora_A.weight", module.A.At(expert));
                writer.Add($"base_model.model.{owner}.{expert}.{name}.lora_B.weight", module.B.At(expert));
            }
        }
        writer.Write(Tensors);
        using MixtureAdapter found = MixtureAdapter.LoadPeft(Peft, model);
        Assert.Equal(Bits(adapter), Bits(found));
    }

    [Fact]
    public void SavePeft_FolderThatCannotBe_IsNamedAndLosesNothing()
    {
        using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        using RoutedAdapter adapter = Saved(model);
        string file = _folder.Write("file", "x"u8);
        CheckpointException error = Assert.Throws<CheckpointException>(() => adapter.SavePeft(Path.Combine(file, "below")));
        Assert.Contains("the folder cannot be created", error.Message, StringComparison.Ordinal);

        // A folder of the tensors' name is in the way: the config is not replaced either.
        string before = File.ReadAllText(Config);
        File.Delete(Tensors);
        Directory.CreateDirectory(Tensors);
        error = Assert.Throws<CheckpointException>(() => adapter.SavePeft(Peft, baseModel: "another"));
        Assert.Contains("adapter_model.safetensors: the file cannot be written", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Config));
        Assert.Equal([Config], Directory.GetFiles(Peft));
    }

    private void RoundTrip<TModel, TAdapter>(TModel model, Func<TModel, TAdapter> create) where TModel : Model where TAdapter : Adapter
    {
        model.Initialize(1);
        using TAdapter adapter = create(model), found = create(model);
        AdapterChecks.Trained(adapter, 2);
        adapter.SavePeft(Peft);
        found.LoadPeft(Peft);
        Assert.Equal(Bits(adapter), Bits(found));
        model.Dispose();
    }

    private RoutedAdapter Saved(RoutedModel model)
    {
        RoutedAdapter adapter = new(model);
        AdapterChecks.Trained(adapter, 1);
        adapter.SavePeft(Peft);
        return adapter;
    }

    private void Edit(string key, string value)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(Config))!;
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(Config, config.ToJsonString());
    }

    private void Refused(RoutedModel model, string message)
    {
        using RoutedAdapter adapter = new(model);
        AdapterChecks.Trained(adapter, 9);
        float[] before = Bits(adapter);
        CheckpointException error = Assert.Throws<CheckpointException>(() => adapter.LoadPeft(Peft));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(Peft, error.File, StringComparison.Ordinal);
        Assert.Equal(before, Bits(adapter));
    }

    /// <summary>The adapter's file without one tensor.</summary>
    private void WriteWithout(string tensor)
    {
        using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        using RoutedAdapter adapter = new(model);
        SafetensorsWriter writer = new();
        foreach (PeftTensor factor in PeftModule.Of(adapter).SelectMany(static m => m.Factors()).Where(f => !f.Name.EndsWith(tensor, StringComparison.Ordinal)))
            writer.Add(factor.Name, StoredType.F32, [.. factor.Shape.Select(static e => (long)e)], stream => stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(factor.ToPeft().AsSpan())));
        writer.Write(Tensors);
    }

    private static float[] Bits(Adapter adapter) => [.. adapter.Parameters.SelectMany(static p => p.Value.ToArray())];
}
