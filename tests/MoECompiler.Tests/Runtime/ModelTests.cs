using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Runtime;

public sealed class ModelTests : IDisposable
{
    private readonly CpuDevice _device = new(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Initialize_FillsFromTheDistributions()
    {
        using TestModel model = new(_device);
        model.Initialize(1);
        float[] uniform = Values(model, 0), normal = Values(model, 1);
        Assert.All(uniform, static value => Assert.InRange(value, -0.5f, 0.5f));
        // Of 12,000 numbers, mean and deviation lie within 5 standard errors.
        Assert.Equal(0, uniform.Average(), 5 * 0.5 / Math.Sqrt(3 * 12_000));
        Assert.Equal(1 / 12.0, uniform.Average(static value => value * value), 0.004);
        Assert.Equal(0, normal.Average(), 5 * 0.1 / Math.Sqrt(12_000));
        Assert.Equal(0.01, normal.Average(static value => value * value), 5 * 0.01 * Math.Sqrt(2.0 / 12_000));
        Assert.All(Values(model, 2), static value => Assert.Equal(3, value));
    }

    [Fact]
    public void Initialize_SameSeedSameBits_OtherSeedOrParameterOtherBits()
    {
        using TestModel a = new(_device), b = new(_device);
        a.Initialize(1);
        b.Initialize(1);
        Assert.Equal(Values(a, 0), Values(b, 0));
        Assert.NotEqual(Values(a, 0), Values(a, 3));
        b.Initialize(2);
        Assert.NotEqual(Values(a, 0), Values(b, 0));
    }

    [Fact]
    public void Save_StackedParameter_IsOneTensorALayer()
    {
        using TestModel model = new(_device);
        model.Initialize(1);
        model.Save(_folder.File("weights"));
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File("weights"));
        Assert.Equal(
            ["constant", "layers.0.up", "layers.1.up", "layers.2.up", "normal", "uniform"], file.Tensors.Select(static tensor => tensor.Name).Order(StringComparer.Ordinal));
        float[] second = new float[4_000];
        file.Read("layers.1.up", second);
        Assert.Equal(Values(model, 3)[4_000..8_000], second);
    }

    [Fact]
    public void Save_WithTexts_AreTheFilesMetadata()
    {
        using TestModel model = new(_device);
        model.Save(_folder.File("weights"), new Dictionary<string, string> { ["scale"] = "0.5" });
        using Checkpoint checkpoint = Checkpoint.Open(_folder.File("weights"));
        Assert.Equal("0.5", checkpoint.Metadata["scale"]);
        model.LoadWeights(_folder.File("weights"));
    }

    [Fact]
    public void LoadWeights_OfSavedModel_GivesItsBits()
    {
        using TestModel saved = new(_device), loaded = new(_device);
        saved.Initialize(1);
        saved.Save(_folder.File("weights"));
        loaded.LoadWeights(_folder.File("weights"));
        for (int i = 0; i < saved.Parameters.Count; i++)
            Assert.Equal(Values(saved, i), Values(loaded, i));
    }

    [Fact]
    public void LoadWeights_MissingTensor_ChangesNothing()
    {
        SafetensorsWriter writer = new();
        writer.Add("uniform", _device.New<float>(12_000));
        writer.Write(_folder.File("weights"));
        using TestModel model = new(_device);
        model.Initialize(1);
        float[] before = Values(model, 0);
        Assert.Throws<CheckpointException>(() => model.LoadWeights(_folder.File("weights")));
        Assert.Equal(before, Values(model, 0));
    }

    [Fact]
    public void Parameters_LieOnCacheLinesAndDoNotOverlap()
    {
        using TestModel model = new(_device);
        for (int i = 0; i < model.Parameters.Count; i++)
            model.Parameters[i].Value.Span.Fill(i + 1);
        for (int i = 0; i < model.Parameters.Count; i++)
        {
            Assert.All(Values(model, i), value => Assert.Equal(i + 1, value));
            unsafe
            {
                Assert.Equal(0, (nint)model.Parameters[i].Value.Pointer % HostBuffer.Alignment);
            }
        }
        Assert.Equal(12_000 + 12_000 + 3 + 12_000, model.ParameterCount);
    }

    [Fact]
    public void Gradient_BeforeItIsAllocated_SaysHowToGetOne()
    {
        using TestModel model = new(_device);
        Assert.False(model.Parameters[0].HasGradient);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => model.Parameters[0].Gradient);
        Assert.Equal("Uniform has no gradient: call AllocateGradients on its model first.", error.Message);
        model.AllocateGradients();
        Assert.All(model.Parameters[0].Gradient.Span.ToArray(), static value => Assert.Equal(0, value));
    }

    [Fact]
    public void AddParameter_LayersOtherThanFirstExtent_IsRefused()
        => Assert.Throws<ShapeException>(() => new TestModel(_device, stackedLayers: 4));

    [Fact]
    public void Dispose_LaterCalls_ThrowWithTheModelsName()
    {
        TestModel model = new(_device);
        model.Dispose();
        model.Dispose();
        Assert.Equal(nameof(TestModel), Assert.Throws<ObjectDisposedException>(() => model.Initialize(1)).ObjectName);
        Assert.Throws<ObjectDisposedException>(() => model.Save(_folder.File("weights")));
    }

    [Fact]
    public void Gate_OfTwoThreads_LetsOneInAtATime()
    {
        using TestModel model = new(_device);
        int inside = 0;
        long visits = 0;
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                using Lock.Scope scope = model.Gate.Enter();
                using Lock.Scope again = model.Gate.Enter();
                if (++inside == 1)
                    visits++;
                inside--;
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Equal(40_000, visits);
    }

    private static float[] Values(Model model, int index) => model.Parameters[index].Value.Span.ToArray();

    private sealed class TestModel : Model
    {
        public TestModel(Device device, int stackedLayers = 3) : base(device)
        {
            AddParameter("Uniform", "uniform", [12_000], ParameterInitializer.Uniform(0.5f));
            AddParameter("Normal", "normal", [3, 4_000], ParameterInitializer.Normal(0.1f));
            AddParameter("Constant", "constant", [3], ParameterInitializer.Constant(3));
            AddParameter("Layers.Up", "layers.{layer}.up", [3, 4_000], ParameterInitializer.Uniform(0.5f), layers: stackedLayers);
            AllocateParameters();
        }
    }
}
