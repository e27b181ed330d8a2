using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Steps of several batches.</summary>
public sealed class AccumulationTests : IDisposable
{
    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    /// <summary>Three batches of 16 and what is left are one of 48 and what is left: the same mean, summed in another order.</summary>
    [Fact]
    public void Fit_SmallBatchesTogether_IsThatOfLargeBatches()
    {
        float[] small = Train(batchSize: 16, batches: 3, out long steps), large = Train(batchSize: 48, batches: 1, out long largeSteps);
        Assert.Equal(largeSteps, steps);
        for (int i = 0; i < small.Length; i++)
            Assert.Equal(large[i], small[i], 1e-5f);
    }

    [Fact]
    public void Fit_BatchesThatDoNotDivideTheTraining_EndsWithAShorterStep()
    {
        using SoftmaxRegression model = new(_device, Clusters.Features, Clusters.Classes);
        List<(long, int, int)> seen = [];
        TrainerOptions options = new() { Epochs = 2, AccumulatedBatches = 5, OnStep = step => seen.Add((step.Step, step.Epoch, step.Rows)) };
        using Trainer trainer = new(model, new Sgd(), options);
        trainer.Fit(Clusters.Load(_device, rows: 100, batchSize: 16));
        // Seven batches an epoch, the last of 4 rows.
        Assert.Equal([(0, 0, 80), (1, 1, 68), (2, 1, 52)], seen);
    }

    [Fact]
    public void Fit_AnotherNumberOfBatchesThanTheTrainingBeganWith_IsRefused()
    {
        using Support.TemporaryFolder folder = new();
        using SoftmaxRegression model = new(_device, Clusters.Features, Clusters.Classes);
        using (Trainer trainer = new(model, new Sgd(), new TrainerOptions { AccumulatedBatches = 2, CheckpointPath = folder.File("training") }))
            trainer.Fit(Clusters.Load(_device));
        using Trainer other = new(model, new Sgd(), new TrainerOptions { AccumulatedBatches = 3, Epochs = 2 });
        other.Resume(folder.File("training"));
        Assert.Contains("2 batches a step", Assert.Throws<ArgumentException>(() => other.Fit(Clusters.Load(_device))).Message);
    }

    [Fact]
    public void Fit_AfterTheFirstSteps_AllocatesNothing()
    {
        long[] allocated = new long[60];
        using SoftmaxRegression model = new(_device, Clusters.Features, Clusters.Classes);
        TrainerOptions options = new()
        {
            Epochs = 12,
            AccumulatedBatches = 3,
            ProgressInterval = TimeSpan.FromHours(1),
            OnStep = step => allocated[step.Step] = GC.GetAllocatedBytesForCurrentThread(),
        };
        using Trainer trainer = new(model, new AdamW(), options);
        trainer.Fit(Clusters.Load(_device));
        for (int step = 20; step < 52; step++)
            Assert.Equal(allocated[step - 1], allocated[step]);
    }

    private float[] Train(int batchSize, int batches, out long steps)
    {
        using SoftmaxRegression model = new(_device, Clusters.Features, Clusters.Classes);
        using Trainer trainer = new(model, new Sgd { LearningRate = 0.5, Momentum = 0.9 }, new TrainerOptions { Epochs = 3, AccumulatedBatches = batches });
        // Of 192 rows, twelve batches, no step goes over the end of an epoch.
        steps = trainer.Fit(Clusters.Load(_device, rows: 192, batchSize: batchSize, isShuffled: false)).Steps;
        return [.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray())];
    }
}
