using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Tests.Support;
using MoECompiler.Tests.Training;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Gpu.Tests.Training;

/// <summary>Whole trainings whose weights, gradients and state lie on the device.</summary>
public sealed class TrainerTests : IDisposable
{
    private const int Features = 5;
    private const int Rows = 37;

    private readonly TemporaryFolder _folder = new();

    private static GpuDevice Gpu => TestDevice.Instance;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_ALine_FindsIt()
    {
        using LineModel model = NewModel();
        using Trainer trainer = new(model, new Sgd { LearningRate = 0.1 }, new TrainerOptions { Epochs = 40 });
        using DataLoader data = Load();
        TrainingReport report = trainer.Fit(data, Load());
        Assert.Equal(40 * 5, report.Steps);
        Assert.InRange(report.Evaluation!.Loss, 0, 0.01);
        Assert.Equal(Rows, report.Evaluation["rows"]);
        Assert.Equal(1, model.Parameters[0].Value.ToArray()[1], 0.1f);
    }

    [Fact]
    public void Fit_ALineWithoutGradients_FindsIt()
    {
        using LineModel model = NewModel();
        using Trainer trainer = new(model, new MeZo { LearningRate = 0.02, Perturbation = 0.01 }, new TrainerOptions { Epochs = 60 });
        using DataLoader data = Load();
        Assert.InRange(trainer.Fit(data, Load()).Evaluation!.Loss, 0, 0.05);
        Assert.DoesNotContain(model.Parameters, static parameter => parameter.HasGradient);
    }

    [Fact]
    public void Fit_Twice_GivesTheSameBits() => Assert.Equal(TrainInParts([]), TrainInParts([]));

    [Fact]
    public void Resume_FromACheckpoint_EndsWithTheSameBits() => Assert.Equal(TrainInParts([]), TrainInParts([3, 7]));

    [Fact]
    public void Fit_AMetricIsNotFinite_ThrowsAndLeavesTheWeightsOfTheStepBefore()
    {
        byte[]? before = null;
        using LineModel model = new(Gpu, Features) { PoisonedMetric = 4 };
        model.Initialize(1);
        TrainerOptions options = new() { Epochs = 2, OnStep = _ => before = Bits(model) };
        using Trainer trainer = new(model, new AdamW(), options);
        using DataLoader data = Load();
        TrainingException error = Assert.Throws<TrainingException>(() => trainer.Fit(data));
        Assert.StartsWith($"Step 4: rows is {float.PositiveInfinity}. ", error.Message);
        Assert.Equal(4, trainer.Step);
        Assert.Equal(before, Bits(model));
    }

    [Fact]
    public void Fit_AGradientIsNotFinite_NamesTheParameter()
    {
        using LineModel model = new(Gpu, Features) { PoisonedGradient = 0 };
        byte[] before = Bits(model);
        using Trainer trainer = new(model, new AdamW());
        using DataLoader data = Load();
        TrainingException error = Assert.Throws<TrainingException>(() => trainer.Fit(data));
        Assert.StartsWith("Step 0: the gradient of Bias is not finite; the loss is ", error.Message);
        Assert.Equal(0, trainer.Step);
        Assert.Equal(before, Bits(model));
    }

    [Fact]
    public void SaveAndLoad_OnTheDevice_KeepEachBit()
    {
        using VectorModel saved = new(Gpu, ("A", 1, false), ("B", 1000, false), ("C", 77, true));
        saved.Initialize(5);
        saved.Save(_folder.File("weights"));
        using VectorModel loaded = new(Gpu, ("A", 1, false), ("B", 1000, false), ("C", 77, true));
        loaded.LoadWeights(_folder.File("weights"));
        Assert.Equal(Bits(saved), Bits(loaded));
        using CpuDevice cpu = new(1);
        using VectorModel elsewhere = new(cpu, ("A", 1, false), ("B", 1000, false), ("C", 77, true));
        elsewhere.LoadWeights(_folder.File("weights"));
        Assert.Equal(Bits(saved), Bits(elsewhere));
    }

    [Fact]
    public void Initialize_OnTheDevice_GivesTheBitsOfTheCpu()
    {
        // More than one block of elements, so that the second begins where the first ended.
        const int count = HostBlocks.Bytes / sizeof(float) + 300;
        using CpuDevice cpu = new(1);
        using VectorModel expected = new(cpu, ("A", 3, false), ("B", count, false));
        using VectorModel actual = new(Gpu, ("A", 3, false), ("B", count, false));
        expected.Initialize(9);
        actual.Initialize(9);
        Assert.True(Bits(expected).AsSpan().SequenceEqual(Bits(actual)));
    }

    [Fact]
    public void Save_HalfPrecisionAndIntegers_ReadTheDevicesMemory()
    {
        using Buffer buffer = Gpu.Allocate(16);
        buffer.View<float>(new Extents(2)).CopyFrom([1.5f, -2]);
        buffer.View<int>(new Extents(2), 8).CopyFrom([7, -8]);
        SafetensorsWriter writer = new();
        writer.Add("half", buffer.View<float>(new Extents(2)), StoredType.F16);
        writer.Add("integers", buffer.View<int>(new Extents(2), 8));
        writer.Write(_folder.File("file"));
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File("file"));
        file.Read("half", buffer.View<float>(new Extents(2), 8));
        int[] integers = new int[2];
        file.Read("integers", integers);
        Assert.Equal([1.5f, -2], buffer.View<float>(new Extents(2), 8).ToArray());
        Assert.Equal([7, -8], integers);
    }

    /// <summary>Each part has a model, a trainer and a loader of its own: only the file goes from one to the next.</summary>
    private byte[] TrainInParts(int[] interruptions)
    {
        string path = _folder.File("checkpoint");
        File.Delete(path);
        for (int part = 0; ; part++)
        {
            using LineModel model = NewModel();
            using CancellationTokenSource source = new();
            int at = part < interruptions.Length ? interruptions[part] : -1;
            TrainerOptions options = new()
            {
                Epochs = 2,
                MaximumGradientNorm = 0.5,
                CheckpointPath = path,
                OnStep = step => Cancel(source, step, at),
            };
            using Trainer trainer = new(model, new AdamW { LearningRate = 0.01 }, options);
            if (File.Exists(path))
                trainer.Resume(path);
            using DataLoader data = Load();
            if (at < 0)
            {
                trainer.Fit(data);
                return Bits(model);
            }
            Assert.Throws<OperationCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
            Assert.Equal(at, trainer.Step);
        }
    }

    private static void Cancel(CancellationTokenSource source, TrainingStep step, int at)
    {
        if (step.Step + 1 == at)
            source.Cancel();
    }

    private static LineModel NewModel()
    {
        LineModel model = new(Gpu, Features);
        model.Initialize(1);
        return model;
    }

    /// <summary>Rows of y = x1 + 2 x2 + 3 x3 + 4 x4 + 0.5, in batches of 8.</summary>
    private static DataLoader Load()
    {
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, Rows * Features).Select(_ => 2 * random.NextSingle() - 1)];
        float[] y = [.. x.Chunk(Features).Select(static row => 0.5f + row.Select(static (element, i) => i * element).Sum())];
        return new DataLoader(Gpu, new Dataset(new FloatColumn("x", x, Features), new FloatColumn("y", y)), batchSize: 8, seed: 1);
    }

    private static byte[] Bits(Model model) =>
        [.. model.Parameters.SelectMany(static parameter => System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(parameter.Value.ToArray()).ToArray())];
}
