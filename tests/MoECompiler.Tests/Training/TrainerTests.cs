using System.Runtime.InteropServices;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Fit_SeparableClasses_LearnsThem()
    {
        using SoftmaxRegression model = NewModel();
        TrainerOptions options = new() { Epochs = 10, EvaluationMetrics = [new Accuracy("logits", "labels")] };
        using Trainer trainer = new(model, new AdamW { LearningRate = 0.05 }, options);
        TrainingReport report = trainer.Fit(Clusters.Load(_device), Clusters.Load(_device, seed: 2, isShuffled: false));
        Assert.Equal(10 * 13, report.Steps);
        Assert.True(report.Evaluation!["accuracy"] > 0.98, $"{report.Evaluation["accuracy"]}");
        Assert.True(report.Evaluation.Loss < 0.2, $"{report.Evaluation.Loss}");
        Assert.Equal(203, report.Evaluation.Find("given").Values.Sum());
    }

    [Fact]
    public void Fit_Twice_GivesTheSameBits()
        => Assert.Equal(Train(_device), Train(_device));

    [Fact]
    public void Fit_AnotherSeed_GivesOtherBits()
        => Assert.NotEqual(Train(_device), Train(_device, seed: 8));

    [Fact]
    public void Fit_OneThreadOrTwo_GivesTheSameBits()
    {
        using CpuDevice single = new(1);
        Assert.Equal(Train(single), Train(_device));
    }

    [Fact]
    public void Fit_AfterTheFirstSteps_AllocatesNothing()
    {
        const int warmUp = 20;
        long[] allocated = new long[200];
        using SoftmaxRegression model = NewModel();
        TrainerOptions options = new()
        {
            Epochs = 12,
            MaximumGradientNorm = 1,
            Schedule = new CosineSchedule(),
            ProgressInterval = TimeSpan.FromHours(1),
            OnStep = step => allocated[step.Step] = GC.GetAllocatedBytesForCurrentThread(),
        };
        using Trainer trainer = new(model, new AdamW(), options);
        trainer.Fit(Clusters.Load(_device));
        for (int step = warmUp; step < 12 * 13; step++)
            Assert.Equal(allocated[step - 1], allocated[step]);
    }

    [Fact]
    public void Fit_Schedule_SetsTheRateOfEachStep()
    {
        List<double> rates = [];
        LinearSchedule schedule = new() { WarmUpSteps = 3 };
        using SoftmaxRegression model = NewModel();
        TrainerOptions options = new() { Schedule = schedule, OnStep = step => rates.Add(step.LearningRate) };
        using Trainer trainer = new(model, new Sgd { LearningRate = 0.5 }, options);
        trainer.Fit(Clusters.Load(_device));
        Assert.Equal(Enumerable.Range(0, 13).Select(step => 0.5 * schedule.Factor(step, 13)), rates);
    }

    [Fact]
    public void Fit_ClippedGradients_MoveByRateTimesBound()
    {
        using SoftmaxRegression model = NewModel();
        double norm = 0;
        TrainerOptions options = new() { MaximumGradientNorm = 1e-3, OnStep = step => norm = step.GradientNorm };
        using Trainer trainer = new(model, new Sgd { LearningRate = 1 }, options);
        trainer.Fit(Clusters.Load(_device, rows: 16));
        Assert.True(norm > 0.1, "The gradient's norm is reported as it was before clipping.");
        double moved = Math.Sqrt(model.Parameters.Sum(static parameter => parameter.Value.Span.ToArray().Sum(static value => (double)value * value)));
        Assert.Equal(1e-3, moved, 1e-9);
    }

    [Fact]
    public void Fit_FrozenParameter_Stays()
    {
        using SoftmaxRegression model = new(_device, Clusters.Features, Clusters.Classes, isBiasFrozen: true);
        model.Parameters[1].Value.Span.Fill(0.25f);
        using Trainer trainer = new(model, new AdamW());
        trainer.Fit(Clusters.Load(_device));
        Assert.All(model.Parameters[1].Value.Span.ToArray(), static value => Assert.Equal(0.25f, value));
        Assert.Contains(model.Parameters[0].Value.Span.ToArray(), static value => value != 0);
    }

    [Fact]
    public void Fit_LossIsNotANumber_StopsBeforeTheUpdateAndNamesStepAndMetric()
    {
        byte[] expected = [];
        using SoftmaxRegression model = new(_device, Clusters.Features, Clusters.Classes) { Noise = 0.3f, PoisonedStep = 4 };
        using Trainer trainer = new(model, new AdamW(), new TrainerOptions { OnStep = _ => expected = Bits(model) });
        TrainingException error = Assert.Throws<TrainingException>(() => trainer.Fit(Clusters.Load(_device)));
        Assert.StartsWith("Step 4: loss is NaN.", error.Message);
        Assert.Equal(4, trainer.Step);
        Assert.Equal(expected, Bits(model));
    }

    [Fact]
    public void Fit_DataWithoutAColumn_IsRefusedWithTheColumnsThereAre()
    {
        using VectorModel model = new(_device, ("A", 1, false)) { Inputs = [new("tokens", ElementType.Int32, new Extents(7))] };
        using Trainer trainer = new(model, new AdamW());
        ShapeException error = Assert.Throws<ShapeException>(() => trainer.Fit(Clusters.Load(_device)));
        Assert.Equal("The model takes tokens i32[B, 7], which the data lack; they have x f32[B, 5], labels i32[B].", error.Message);
    }

    [Fact]
    public void Fit_ColumnOfAnotherShape_IsRefused()
    {
        using SoftmaxRegression model = new(_device, Clusters.Features + 1, Clusters.Classes);
        using Trainer trainer = new(model, new AdamW());
        ShapeException error = Assert.Throws<ShapeException>(() => trainer.Fit(Clusters.Load(_device)));
        Assert.Equal("The model takes x f32[B, 6], and the data have x f32[B, 5].", error.Message);
    }

    private SoftmaxRegression NewModel() => new(_device, Clusters.Features, Clusters.Classes) { Noise = 0.3f };

    private static byte[] Train(CpuDevice device, ulong seed = 7)
    {
        using SoftmaxRegression model = new(device, Clusters.Features, Clusters.Classes) { Noise = 0.3f };
        using Trainer trainer = new(model, new AdamW(), new TrainerOptions { Seed = seed, MaximumGradientNorm = 0.5 });
        trainer.Fit(Clusters.Load(device));
        return Bits(model);
    }

    internal static byte[] Bits(Model model)
        => [.. model.Parameters.SelectMany(static parameter => MemoryMarshal.AsBytes(parameter.Value.Span).ToArray())];
}
