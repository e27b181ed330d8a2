using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Trainings whose slopes are kept within the range of 16 bits.</summary>
public sealed class LossScalingTests : IDisposable
{
    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    /// <summary>Powers of two cost no digits: what differs is only what was too small for 16 bits.</summary>
    [Fact]
    public void Backward_Scaled_IsTheGradientTimesTheScale()
    {
        using HalfModel plain = NewModel(), scaled = NewModel();
        scaled.LossScale = 256;
        Batch batch = TestModels.Half.Data(new Random(1), 7);
        View<float> one = Backward(plain, batch), other = Backward(scaled, batch);
        Assert.Equal(one.ToArray(), other.ToArray());
        foreach ((Parameter p, Parameter s) in plain.Parameters.Zip(scaled.Parameters).Where(static pair => !pair.First.IsFrozen))
        {
            (float[] expected, float[] actual) = (p.Gradient.ToArray(), s.Gradient.ToArray());
            double greatest = expected.Max(Math.Abs);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i] / 256, greatest / 1024);
        }
    }

    /// <summary>Slopes of a loss of 1e-8 are nothing in 16 bits, and so are all gradients behind a matrix; with a scale they are what they were.</summary>
    [Fact]
    public void Backward_ATinyLoss_HasGradientsOnlyWithAScale()
    {
        using TinyLossModel model = new(_device);
        model.Initialize(1);
        model.AllocateGradients();
        Batch batch = Rows(8);
        View<float> metrics = _device.New<float>(1);
        model.Backward(batch, default, metrics);
        Assert.All(model.Parameters[0].Gradient.ToArray(), static gradient => Assert.Equal(0, gradient));
        model.LossScale = 1 << 20;
        model.Backward(batch, default, metrics);
        Assert.Contains(model.Parameters[0].Gradient.ToArray(), static gradient => gradient != 0);
    }

    [Fact]
    public void Fit_FromTooLargeAScale_HalvesItMakesTheStepAndDoublesItAgain()
    {
        using TinyLossModel model = new(_device);
        model.Initialize(1);
        using OptimizerState state = new(new Sgd(), model, Options(1 << 24, growth: 4));
        using StepRunner runner = new Sgd { LearningRate = 0.1 }.NewStep(model, state, Options(1 << 24, growth: 4));
        using DataLoader data = Load(1e4f);
        List<int> scales = [];
        for (int step = 0; step < 12; step++)
        {
            runner.Run(data, 1, 12);
            Assert.Equal(step + 1, data.Position);
            scales.Add(state.LossScale.Scale);
        }
        Assert.Equal(12, state.Step);
        Assert.All(scales, static scale => Assert.InRange(scale, 2, 1 << 23));
        Assert.Contains(Enumerable.Range(1, 11), i => scales[i] == 2 * scales[i - 1]);
        Assert.Contains(Enumerable.Range(1, 11), i => scales[i] < scales[i - 1]);
    }

    [Fact]
    public void Fit_WithAScale_IsTheSameStepAsWithout()
    {
        float[] plain = Train(null, 1e3f), scaled = Train(new LossScaling { Initial = 1024 }, 1e3f);
        for (int i = 0; i < plain.Length; i++)
            Assert.Equal(plain[i], scaled[i], 2e-3f);
    }

    [Fact]
    public void Resume_KeepsTheScale()
    {
        using TinyLossModel model = new(_device);
        using (Trainer trainer = new(model, new Sgd(), Options(1 << 10, growth: 3) with { CheckpointPath = _folder.File("training") }))
            trainer.Fit(Load(1f));
        using Checkpoint file = Checkpoint.Open(_folder.File("training"));
        Assert.Equal("2048 2", file.Metadata["trainer.lossScale"]);
        using OptimizerState state = new(new Sgd(), model, Options(1 << 10, growth: 3));
        new TrainerCheckpoint(model, new Sgd(), state, new TrainerOptions()).Load(_folder.File("training"));
        Assert.Equal(new LossScale(2048, 2), state.LossScale);
    }

    [Fact]
    public void New_OfAModelOf32Bits_IsRefused()
    {
        using WideModel model = new(_device);
        Assert.Contains("its slopes need no scale", Assert.Throws<ArgumentException>(() => new Trainer(model, new Sgd(), Options(2, 1))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaling { Initial = 3 });
    }

    private float[] Train(LossScaling? scaling, float size)
    {
        using TinyLossModel model = new(_device);
        model.Initialize(2);
        using Trainer trainer = new(model, new Sgd { LearningRate = 1e5 }, new TrainerOptions { Epochs = 4, LossScaling = scaling, MaximumGradientNorm = 1e-6 });
        trainer.Fit(Load(size));
        return [.. model.Parameters.SelectMany(static p => p.Stored.ToArray())];
    }

    private static TrainerOptions Options(int scale, int growth) => new() { LossScaling = new LossScaling { Initial = scale, GrowthSteps = growth } };

    private static View<float> Backward(HalfModel model, Batch batch)
    {
        model.AllocateGradients();
        View<float> metrics = model.Device.New<float>(model.Metrics.Sum(static m => m.Count));
        model.Backward(batch, new RandomState(1, 2), metrics);
        return metrics;
    }

    private HalfModel NewModel()
    {
        HalfModel model = new(_device);
        model.Initialize(3);
        return model;
    }

    private Batch Rows(int rows)
    {
        Batch batch = new();
        batch.Set("x", _device.Upload<float>([.. Enumerable.Range(0, rows * 6).Select(static i => MathF.Sin(i))], rows, 6));
        batch.Set("target", _device.New<float>(rows, 3));
        return batch;
    }

    /// <summary>Five batches of targets of a size: larger ones have larger slopes.</summary>
    private DataLoader Load(float size) => new(
        _device,
        new Dataset(
            new FloatColumn("x", [.. Enumerable.Range(0, 40 * 6).Select(static i => MathF.Sin(i))], 6),
            new FloatColumn("target", [.. Enumerable.Range(0, 40 * 3).Select(i => size * 1e3f * MathF.Cos(i))], 3)),
        batchSize: 8);
}
