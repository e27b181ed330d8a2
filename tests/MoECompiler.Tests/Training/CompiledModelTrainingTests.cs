using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>A compiled model with routers of every kind, some of them noisy, under the trainer.</summary>
public sealed class CompiledModelTrainingTests : IDisposable
{
    private const int Rows = 203;
    private const int Epochs = 6;
    private const int Steps = Epochs * 13;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_SeparableClasses_LearnsThemAndTellsTheLoads()
    {
        using CpuDevice device = new(2);
        using RoutedModel model = new(device);
        model.Initialize(1);
        using DataLoader data = Load(device, seed: 1), unseen = Load(device, seed: 2);
        using Trainer trainer = new(model, NewOptimizer(), NewOptions() with { EvaluationMetrics = [new Accuracy("logits", "labels")] });
        EvaluationReport evaluation = trainer.Fit(data, unseen).Evaluation!;
        Assert.True(evaluation["accuracy"] > 0.95, $"{evaluation["accuracy"]}");
        Assert.Equal(RoutedModel.TopK * Rows, evaluation.Find("TwoLayer.load").Values.Sum());
        Assert.Equal(RoutedModel.Experts, evaluation.Find("TwoLayer.load").Values.Count);
    }

    [Fact]
    public void Fit_InterruptedOnOtherNumbersOfThreads_EndsWithTheSameBits()
    {
        byte[] expected = Train(threads: 2, interruption: -1);
        Random random = new(1);
        for (int attempt = 0; attempt < 5; attempt++)
            Assert.Equal(expected, Train(threads: 1 + attempt % 3, interruption: random.Next(1, Steps)));
    }

    [Fact]
    public void Fit_AfterTheFirstSteps_AllocatesNothing()
    {
        long[] allocated = new long[Steps];
        using CpuDevice device = new(2);
        using RoutedModel model = new(device);
        model.Initialize(1);
        using DataLoader data = Load(device, seed: 1);
        TrainerOptions options = NewOptions() with { OnStep = step => allocated[step.Step] = GC.GetAllocatedBytesForCurrentThread() };
        using Trainer trainer = new(model, NewOptimizer(), options);
        trainer.Fit(data);
        // The first epoch warms up: its last batch is smaller than the others.
        for (int step = Steps / Epochs + 1; step < Steps; step++)
            Assert.Equal(allocated[step - 1], allocated[step]);
    }

    private byte[] Train(int threads, int interruption)
    {
        string checkpoint = _folder.File("checkpoint");
        File.Delete(checkpoint);
        while (true)
        {
            using CpuDevice device = new(threads);
            using RoutedModel model = new(device);
            model.Initialize(1);
            using DataLoader data = Load(device, seed: 1);
            using CancellationTokenSource source = new();
            TrainerOptions options = NewOptions() with
            {
                CheckpointPath = checkpoint,
                OnStep = step =>
                {
                    if (step.Step + 1 == interruption)
                        source.Cancel();
                },
            };
            using Trainer trainer = new(model, NewOptimizer(), options);
            if (File.Exists(checkpoint))
                trainer.Resume(checkpoint);
            try
            {
                trainer.Fit(data, cancellationToken: source.Token);
                return TrainerTests.Bits(model);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(interruption, trainer.Step);
            }
        }
    }

    private static AdamW NewOptimizer()
        => new() { LearningRate = 0.01, Groups = [ParameterGroup.Named("*.Router") with { LearningRateFactor = 0.5, WeightDecay = 0 }] };

    private static TrainerOptions NewOptions() => new()
    {
        Epochs = Epochs,
        Seed = 3,
        Schedule = new CosineSchedule { WarmUpSteps = 5 },
        MaximumGradientNorm = 1,
        ProgressInterval = TimeSpan.FromDays(1),
    };

    /// <summary>Rows that lie around one corner of a cube for each class.</summary>
    internal static DataLoader Load(CpuDevice device, int seed)
    {
        Random random = new(seed);
        float[] features = new float[Rows * RoutedModel.Columns];
        int[] labels = new int[Rows];
        for (int row = 0; row < Rows; row++)
        {
            labels[row] = random.Next(RoutedModel.Classes);
            for (int column = 0; column < RoutedModel.Columns; column++)
            {
                float corner = column % RoutedModel.Classes == labels[row] ? 1 : 0;
                features[row * RoutedModel.Columns + column] = corner + random.NextSingle() - 0.5f;
            }
        }
        Dataset data = new(new FloatColumn("features", features, RoutedModel.Columns), new IntegerColumn("labels", labels));
        return new DataLoader(device, data, batchSize: 16, seed: 4);
    }
}
