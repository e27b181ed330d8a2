using System.Diagnostics;
using MoECompiler.Checkpoints;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Tests.Training;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>An adapter's own file: the bits come back, and a file of anything else is refused by name with nothing changed.</summary>
public sealed class AdapterFileTests : IDisposable
{
    private readonly CpuDevice _device = new(1);
    private readonly TemporaryFolder _folder = new();
    private readonly RoutedModel _model;

    public AdapterFileTests() => _model = AdapterChecks.New(new RoutedModel(_device));

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
        _device.Dispose();
    }

    private string File => _folder.File("adapter.safetensors");

    [Fact]
    public void SaveAndLoad_GivesTheBitsBack_AndHoldsNoWeightOfTheModel()
    {
        using RoutedAdapter adapter = Trained();
        adapter.Save(File);
        using RoutedAdapter found = RoutedAdapter.Load(File, _model);
        Assert.Equal(TrainerTests.Bits(adapter), TrainerTests.Bits(found));
        using Checkpoint checkpoint = Checkpoint.Open(File);
        Assert.Equal(adapter.Parameters.Count, checkpoint.Tensors.Count);
        Assert.All(checkpoint.Tensors, static t => Assert.Contains(".lora_", t.Name, StringComparison.Ordinal));

        using LayeredModel layered = AdapterChecks.New(new LayeredModel(_device));
        using LayeredAdapter stacked = new(layered);
        AdapterChecks.Trained(stacked, 2);
        stacked.Save(File);
        Assert.Equal(TrainerTests.Bits(stacked), TrainerTests.Bits(LayeredAdapter.Load(File, layered)));
    }

    [Fact]
    public void Load_InAFreshProcess_GivesTheBitsOfItsOutput()
    {
        using RoutedAdapter adapter = Trained();
        adapter.Save(File);
        string result = _folder.File("result");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using Process process = Process.Start(new ProcessStartInfo(dotnet, ["exec", typeof(KilledTraining).Assembly.Location, "adapter", File, result]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        Assert.Equal(AdapterProgram.Output(adapter), System.IO.File.ReadAllBytes(result));
    }

    [Theory]
    [InlineData("adapter", "Nola", "is of another kind of adapter")]
    [InlineData("rank", "4", "has another rank: rank should be 3, found 4")]
    [InlineData("scale", "0.5", "has another scale: scale should be 2, found 0.5")]
    [InlineData("base", "OtherModel", "is an adapter of another model: base should be RoutedModel, found OtherModel")]
    [InlineData("base_fingerprint", "00", "was trained on other weights of RoutedModel")]
    [InlineData("adapter", null, "is of no adapter")]
    public void Load_FileOfAnotherAdapter_IsRefusedByName(string key, string? text, string message)
    {
        using RoutedAdapter adapter = Trained();
        Write(adapter, key, text);
        Refused(message);
    }

    [Fact]
    public void Load_OtherWeightsOfTheModel_IsRefused()
    {
        using RoutedModel other = new(_device);
        other.Initialize(78);
        using RoutedAdapter stranger = new(other);
        stranger.Save(File);
        Refused("was trained on other weights of RoutedModel: there it would do something else");
    }

    [Fact]
    public void Load_TheModelsOwnWeightsOrAnotherAdapters_IsRefused()
    {
        _model.Save(File);
        Refused("is of no adapter");
        using RoutedNola nola = new(_model);
        nola.Save(File);
        Refused("is of another kind of adapter: adapter should be Lora, found Nola");
    }

    [Fact]
    public void Load_TruncatedFileAtAnyByte_IsRefused()
    {
        using RoutedAdapter adapter = Trained();
        adapter.Save(File);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        for (int length = 0; length < whole.Length; length += 1 + whole.Length / 40)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Refused("adapter.safetensors");
        }
    }

    [Fact]
    public void Load_MissingExtraOrOtherTensor_IsRefused()
    {
        using RoutedAdapter adapter = Trained();
        Write(adapter, tensors: static name => name == "Head.lora_B.weight" ? null : name);
        Refused("\"Head.lora_B.weight\": missing, expected [3, 3]");
        Write(adapter, tensors: static name => name == "Head.lora_B.weight" ? "Foot.lora_B.weight" : name);
        Refused("\"Foot.lora_B.weight\": extra");
    }

    [Fact]
    public void Save_WhereNothingCanBeWritten_IsNamedAndLosesNothing()
    {
        using RoutedAdapter adapter = Trained();
        byte[] before = TrainerTests.Bits(adapter);
        CheckpointException error = Assert.Throws<CheckpointException>(() => adapter.Save(_folder.File("absent/adapter.safetensors")));
        Assert.Contains("the file cannot be written", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, TrainerTests.Bits(adapter));
        Assert.Empty(_folder.Names());
    }

    private RoutedAdapter Trained()
    {
        RoutedAdapter adapter = new(_model);
        AdapterChecks.Trained(adapter, 1);
        return adapter;
    }

    private void Refused(string message)
    {
        using RoutedAdapter adapter = Trained();
        byte[] before = TrainerTests.Bits(adapter);
        CheckpointException error = Assert.Throws<CheckpointException>(() => adapter.LoadWeights(File));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, TrainerTests.Bits(adapter));
        Assert.Throws<CheckpointException>(() => RoutedAdapter.Load(File, _model));
    }

    /// <summary>The adapter's file with another text, or with other tensors.</summary>
    private void Write(RoutedAdapter adapter, string? key = null, string? text = null, Func<string, string?>? tensors = null)
    {
        adapter.Save(File);
        SafetensorsWriter writer = new();
        using (Checkpoint saved = Checkpoint.Open(File))
        {
            foreach ((string name, string value) in saved.Metadata)
            {
                if (name != key || text is not null)
                    writer.SetMetadata(name, name == key ? text! : value);
            }
        }
        foreach ((string name, FloatView value) in adapter.Parameters.SelectMany(static p => p.Tensors()))
        {
            if ((tensors is null ? name : tensors(name)) is { } other)
                writer.Add(other, value);
        }
        writer.Write(File);
    }
}
