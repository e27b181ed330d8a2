using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Interrupted trainings end with the bits of uninterrupted ones; checkpoints of other trainings are refused.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Epochs = 4;
    private const int Steps = Epochs * 13;

    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    public static TheoryData<string> Optimizers => ["AdamW", "Momentum", "Sgd"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Resume_CanceledAtRandomSteps_EndsWithTheSameBits(string optimizer)
    {
        byte[] expected = TrainInParts(optimizer, []);
        Random random = new(optimizer.Length);
        for (int attempt = 0; attempt < 12; attempt++)
        {
            int[] interruptions = [.. Enumerable.Range(0, 1 + attempt % 3).Select(_ => random.Next(Steps)).Distinct().Order()];
            Assert.Equal(expected, TrainInParts(optimizer, interruptions));
        }
    }

    [Fact]
    public void Resume_CanceledBeforeTheFirstStepAndAtTheEndOfAnEpoch_EndsWithTheSameBits()
        => Assert.Equal(TrainInParts("AdamW", []), TrainInParts("AdamW", [0, 13, 26]));

    [Fact]
    public void Fit_AgainAfterCancellation_GoesOnWithTheSameBits()
    {
        using SoftmaxRegression model = NewModel();
        using CancellationTokenSource source = new();
        using Trainer trainer = new(model, NewOptimizer("AdamW"), NewOptions(step => Cancel(source, step, at: 20)));
        DataLoader data = Clusters.Load(_device);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
        Assert.Equal(20, trainer.Step);
        trainer.Fit(data);
        Assert.Equal(TrainInParts("AdamW", []), TrainerTests.Bits(model));
    }

    [Fact]
    public async Task FitAsync_Canceled_EndsCanceledWithACheckpoint()
    {
        using SoftmaxRegression model = NewModel();
        using CancellationTokenSource source = new();
        TrainerOptions options = NewOptions(step => Cancel(source, step, at: 5)) with { CheckpointPath = _folder.File("checkpoint") };
        using Trainer trainer = new(model, NewOptimizer("AdamW"), options);
        Task<TrainingReport> task = trainer.FitAsync(Clusters.Load(_device), cancellationToken: source.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.True(task.IsCanceled);
        trainer.Resume(_folder.File("checkpoint"));
        Assert.Equal(5, trainer.Step);
    }

    [Fact]
    public void Resume_FinishedTraining_EvaluatesAndTrainsNoMore()
    {
        using SoftmaxRegression model = NewModel();
        using (Trainer first = new(model, NewOptimizer("Sgd"), NewOptions() with { CheckpointPath = _folder.File("checkpoint") }))
            first.Fit(Clusters.Load(_device));
        byte[] expected = TrainerTests.Bits(model);
        using Trainer second = new(model, NewOptimizer("Sgd"), NewOptions());
        second.Resume(_folder.File("checkpoint"));
        TrainingReport report = second.Fit(Clusters.Load(_device), Clusters.Load(_device, seed: 2));
        Assert.NotNull(report.Evaluation);
        Assert.Equal(expected, TrainerTests.Bits(model));
    }

    [Fact]
    public void Resume_OtherOptimizer_IsRefused() => Refused(
        "expected the optimizer Sgd(Momentum: 0, Nesterov: False, WeightDecay: 0), found \"AdamW(MeanDecay: 0.9", () => NewTrainer(NewModel(), "Sgd"));

    [Fact]
    public void Resume_OtherSeed_IsRefused() => Refused(
        "expected the seed 9, found \"3\"", () => new Trainer(NewModel(), NewOptimizer("AdamW"), NewOptions() with { Seed = 9 }));

    [Fact]
    public void Resume_OtherModel_IsRefused() => Refused(
        "expected the model VectorModel, found \"SoftmaxRegression\"", () => NewTrainer(new VectorModel(_device, ("A", 1, false))));

    [Fact]
    public void Resume_OtherSizes_IsRefused() => Refused(
        "\"weight\": expected [6, 3], found F32 [5, 3]", () => NewTrainer(new SoftmaxRegression(_device, Clusters.Features + 1, Clusters.Classes)));

    [Fact]
    public void Resume_OtherFrozenParameters_IsRefused() => Refused(
        "\"optimizer.mean.Bias\": extra", () => NewTrainer(new SoftmaxRegression(_device, Clusters.Features, Clusters.Classes, isBiasFrozen: true)));

    [Fact]
    public void Fit_OtherDataThanTheCheckpoint_IsRefused()
    {
        SaveCheckpoint();
        using SoftmaxRegression model = NewModel();
        using Trainer trainer = NewTrainer(model);
        trainer.Resume(_folder.File("checkpoint"));
        ArgumentException error = Assert.Throws<ArgumentException>(() => trainer.Fit(Clusters.Load(_device, batchSize: 17)));
        Assert.StartsWith("The training began with other data: expected 203 rows in batches of 16, shuffled by seed 1, of x f32[B, 5], ", error.Message);
        Assert.Contains("found 203 rows in batches of 17, ", error.Message);
    }

    [Fact]
    public void Fit_DataOfOtherContents_IsRefused()
    {
        using SoftmaxRegression model = NewModel();
        using Trainer trainer = NewTrainer(model);
        trainer.Fit(Clusters.Load(_device));
        Assert.Throws<ArgumentException>(() => trainer.Fit(Clusters.Load(_device, noise: 0.7f)));
    }

    [Fact]
    public void Resume_WeightsAlone_IsRefused()
    {
        using SoftmaxRegression model = NewModel();
        model.Save(_folder.File("weights"));
        using Trainer trainer = NewTrainer(model);
        CheckpointException error = Assert.Throws<CheckpointException>(() => trainer.Resume(_folder.File("weights")));
        Assert.Contains("this is no checkpoint of a training", error.Message);
    }

    [Fact]
    public void LoadWeights_OfATrainersCheckpoint_TakesTheWeights()
    {
        byte[] expected = SaveCheckpoint();
        using SoftmaxRegression model = NewModel();
        Assert.Throws<CheckpointException>(() => model.LoadWeights(_folder.File("checkpoint")));
        model.LoadWeights(_folder.File("checkpoint"), allowExtra: true);
        Assert.Equal(expected, TrainerTests.Bits(model));
    }

    private void Refused(string expected, Func<Trainer> newTrainer)
    {
        SaveCheckpoint();
        using Trainer trainer = newTrainer();
        CheckpointException error = Assert.Throws<CheckpointException>(() => trainer.Resume(_folder.File("checkpoint")));
        Assert.Contains(expected, error.Message);
        Assert.Equal(0, trainer.Step);
    }

    private byte[] SaveCheckpoint()
    {
        using SoftmaxRegression model = NewModel();
        using Trainer trainer = NewTrainer(model);
        trainer.Fit(Clusters.Load(_device));
        trainer.Save(_folder.File("checkpoint"));
        return TrainerTests.Bits(model);
    }

    /// <summary>Each part has a model, a trainer and a loader of its own: only the file goes from one to the next.</summary>
    private byte[] TrainInParts(string optimizer, int[] interruptions)
    {
        string path = _folder.File("checkpoint");
        File.Delete(path);
        for (int part = 0; ; part++)
        {
            using SoftmaxRegression model = NewModel();
            using CancellationTokenSource source = new();
            int at = part < interruptions.Length ? interruptions[part] : -1;
            if (at == 0)
                source.Cancel();
            using Trainer trainer = new(model, NewOptimizer(optimizer), NewOptions(step => Cancel(source, step, at)) with { CheckpointPath = path });
            if (File.Exists(path))
                trainer.Resume(path);
            if (at < 0)
            {
                trainer.Fit(Clusters.Load(_device));
                return TrainerTests.Bits(model);
            }
            Assert.Throws<OperationCanceledException>(() => trainer.Fit(Clusters.Load(_device), cancellationToken: source.Token));
            Assert.Equal(at, trainer.Step);
        }
    }

    private static void Cancel(CancellationTokenSource source, TrainingStep step, int at)
    {
        if (step.Step + 1 == at)
            source.Cancel();
    }

    private SoftmaxRegression NewModel() => new(_device, Clusters.Features, Clusters.Classes) { Noise = 0.3f };

    private static Trainer NewTrainer(ITrainable model, string optimizer = "AdamW") => new(model, NewOptimizer(optimizer), NewOptions());

    private static Optimizer NewOptimizer(string name) => name switch
    {
        "AdamW" => new AdamW { LearningRate = 0.01 },
        "Momentum" => new Sgd { LearningRate = 0.1, Momentum = 0.9, Nesterov = true },
        _ => new Sgd { LearningRate = 0.1 },
    };

    private static TrainerOptions NewOptions(TrainingStepObserver? onStep = null)
        => new() { Epochs = Epochs, Seed = 3, Schedule = new CosineSchedule { WarmUpSteps = 5 }, MaximumGradientNorm = 0.5, OnStep = onStep };
}
