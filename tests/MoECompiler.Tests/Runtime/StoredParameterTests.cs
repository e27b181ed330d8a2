using MoECompiler.Checkpoints;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Runtime;

/// <summary>Parameters of 16 bits: what they hold, and how they come from files and go there.</summary>
public sealed class StoredParameterTests : IDisposable
{
    private readonly CpuDevice _device = new(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Parameter_OfAModelsPrecision_IsStoredInItWhereItIsAMatrix()
    {
        using BrainModel brain = new(_device);
        using HalfModel half = new(_device);
        Assert.Equal(["Blocks.Stacked.Norm.Weight", "Blocks.Stacked.Mlp.Router", "Norm.Weight", "Norm.Bias"], Stored(brain, ElementType.Float32));
        Assert.Equal(brain.Parameters.Count - 4, Stored(brain, ElementType.BFloat16).Count());
        Assert.Equal(
            [
                "Edges.Bias", "Patches.Bias", "Fixed.Bias", "Routed.Router", "Routed.UpBias", "Routed.DownBias", "Bank.UpBias", "Bank.DownBias",
                "Mixer.Weight", "Head.Bias",
            ],
            Stored(half, ElementType.Float32));
        Assert.Equal(half.Parameters.Count - 10, Stored(half, ElementType.Float16).Count());
    }

    private static IEnumerable<string> Stored(Model model, ElementType type) => model.Parameters.Where(p => p.ElementType == type).Select(static p => p.Path);

    [Fact]
    public void Value_OfAnotherType_IsAnErrorThatSaysWhatToTake()
    {
        using BrainModel model = new(_device);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => model.Head.Weight.Value);
        Assert.Equal(
            "Head.Weight is stored as BFloat16, not as Single: take ValueAs of that, or Stored, which reads and writes floats of any type.", error.Message);
        Assert.Throws<InvalidOperationException>(() => model.Head.Weight.ValueAs<Half>());
        Assert.Throws<InvalidOperationException>(() => model.Head.Weight.Stored.As<float>());
        Assert.Equal("Head.Weight bf16[17, 9]", model.Head.Weight.ToString());
        model.Head.Weight.Stored.CopyFrom(Enumerable.Range(0, 17 * 9).Select(static i => i + 1 / 1024f).ToArray());
        Assert.Equal(Enumerable.Range(0, 17 * 9).Select(static i => (float)(BFloat16)(i + 1 / 1024f)), model.Head.Weight.Stored.ToArray());
        Assert.Throws<ShapeException>(() => model.Head.Weight.Stored.CopyFrom(new float[3]));
    }

    [Fact]
    public void Initialize_RoundsWhatAWideModelHas()
    {
        using VectorsModel wide = new(_device, ElementType.Float32), narrow = new(_device, ElementType.Float16);
        wide.Initialize(5);
        narrow.Initialize(5);
        Assert.Equal(wide.Parameters[0].Value.ToArray().Select(static x => (float)(Half)x), narrow.Parameters[0].Stored.ToArray());
    }

    [Theory]
    [InlineData(ElementType.Float16, StoredType.F16)]
    [InlineData(ElementType.BFloat16, StoredType.BF16)]
    public void Save_WritesWhatIsStored_AndLoadHasItsBits(ElementType type, StoredType expected)
    {
        using VectorsModel model = new(_device, type), loaded = new(_device, type);
        model.Initialize(3);
        model.Save(_folder.File("weights"));
        using (SafetensorsFile file = SafetensorsFile.Open(_folder.File("weights")))
            Assert.Equal([("v", expected), ("s.0", expected), ("s.1", expected)], new[] { "v", "s.0", "s.1" }.Select(name => (name, file.Find(name)!.Type)));
        loaded.LoadWeights(_folder.File("weights"));
        Assert.Equal(model.Parameters.SelectMany(static p => p.Stored.ToArray()), loaded.Parameters.SelectMany(static p => p.Stored.ToArray()));
        model.Save(_folder.File("again"));
        Assert.Equal(File.ReadAllBytes(_folder.File("weights")), File.ReadAllBytes(_folder.File("again")));
    }

    [Theory]
    [InlineData(StoredType.F32)]
    [InlineData(StoredType.F16)]
    [InlineData(StoredType.BF16)]
    public void LoadWeights_OfAnyFloats_RoundsToNearest(StoredType from)
    {
        using VectorsModel wide = new(_device, ElementType.Float32), brain = new(_device, ElementType.BFloat16), half = new(_device, ElementType.Float16);
        wide.Initialize(4);
        SafetensorsWriter writer = new();
        foreach (Parameter parameter in wide.Parameters)
        {
            if (parameter.Layers == 0)
                writer.Add(parameter.CheckpointName, parameter.Value, from);
            for (int layer = 0; layer < parameter.Layers; layer++)
                writer.Add(parameter.CheckpointName.Replace("{layer}", $"{layer}"), parameter.Value.At(layer), from);
        }
        writer.Write(_folder.File("weights"));
        wide.LoadWeights(_folder.File("weights"));
        brain.LoadWeights(_folder.File("weights"));
        half.LoadWeights(_folder.File("weights"));
        foreach ((Parameter w, Parameter b, Parameter h) in wide.Parameters.Zip(brain.Parameters, half.Parameters))
        {
            Assert.Equal(w.Value.ToArray().Select(static x => (float)(BFloat16)x), b.Stored.ToArray());
            Assert.Equal(w.Value.ToArray().Select(static x => (float)(Half)x), h.Stored.ToArray());
        }
    }

    [Fact]
    public void LoadWeights_OfNumbersThatAreTooLarge_NamesThemAndChangesNothing()
    {
        using VectorsModel model = new(_device, ElementType.Float16), brain = new(_device, ElementType.BFloat16);
        float[] numbers = new float[5_000];
        (numbers[7], numbers[4_321]) = (float.PositiveInfinity, -65_520);
        SafetensorsWriter writer = new();
        writer.Add("v", _device.Upload<float>(numbers, 5_000));
        writer.Add("s.0", _device.Upload<float>([1, 2, 65_519], 3));
        writer.Add("s.1", _device.Upload<float>([1, 2, 3], 3));
        writer.Write(_folder.File("weights"));
        CheckpointException error = Assert.Throws<CheckpointException>(() => model.LoadWeights(_folder.File("weights")));
        Assert.Contains("\"v\": -65520, its element 4,321, is too large for f16", error.Message);
        Assert.DoesNotContain("s.0", error.Message);
        Assert.All(model.Parameters.SelectMany(static p => p.Stored.ToArray()), static x => Assert.Equal(0, x));
        brain.LoadWeights(_folder.File("weights"));
        Assert.Equal(float.PositiveInfinity, brain.Parameters[0].Stored.ToArray()[7]);
    }

    /// <summary>A vector that is longer than a block of a scan, and a stacked one.</summary>
    private sealed class VectorsModel : Model
    {
        public VectorsModel(Device device, ElementType type) : base(device)
        {
            AddParameter("V", "v", [5_000], ParameterInitializer.Normal(1), type: type);
            AddParameter("S", "s.{layer}", [2, 3], ParameterInitializer.Uniform(1), layers: 2, type: type);
            AllocateParameters();
        }
    }
}
