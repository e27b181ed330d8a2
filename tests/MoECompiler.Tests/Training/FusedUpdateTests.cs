using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Steps that update a parameter as soon as its gradient is made.</summary>
public sealed class FusedUpdateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private CpuDevice Device { get; } = new(2);

    public void Dispose()
    {
        Device.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Fit_GradientsHandedOver_GivesTheBitsOfAllGradientsTogether()
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Sgd { LearningRate = 0.1 }, new AdamW { LearningRate = 0.01 }])
            Assert.Equal(Train(Device, static d => new UnfusedModel(d), optimizer), Train(Device, static d => new FusedModel(d), optimizer));
    }

    [Fact]
    public void Fit_OtherNumbersOfThreads_GivesTheSameBits()
    {
        using CpuDevice one = new(1), three = new(3);
        Sgd sgd = new() { LearningRate = 0.1 };
        Assert.Equal(Train(one, static d => new FusedModel(d), sgd), Train(three, static d => new FusedModel(d), sgd));
    }

    /// <summary>The norm is summed parameter by parameter, so that its last bits are others.</summary>
    [Fact]
    public void Fit_BoundOfTheNorm_IsThatOfAllGradientsTogether()
    {
        TrainerOptions options = new() { Epochs = 2, MaximumGradientNorm = 0.05 };
        Sgd sgd = new() { LearningRate = 0.5 };
        double expected = 0, found = 0;
        float[] all = Train(Device, static d => new UnfusedModel(d), sgd, options with { OnStep = step => expected = step.GradientNorm });
        float[] fused = Train(Device, static d => new FusedModel(d), sgd, options with { OnStep = step => found = step.GradientNorm });
        Assert.Equal(expected, found, 1e-6);
        for (int i = 0; i < all.Length; i++)
            Assert.Equal(all[i], fused[i], 1e-6f);
    }

    /// <summary>Counted: at no time is there more than a gradient or two, beside what a step needs anyway.</summary>
    [Fact]
    public void Fit_GradientsHandedOver_TakeTheBytesOfTheLargest()
    {
        long arena = 0, gradients = 0, fusedArena = 0, fusedGradients = -1, largest = 0;
        Train(Device, static d => new UnfusedModel(d), new Sgd(), after: (model, _) => (arena, gradients) = (model.PeakArenaBytes, model.GradientBytes));
        Train(Device, static d => new FusedModel(d), new Sgd(), after: (model, _) =>
        {
            (fusedArena, fusedGradients) = (model.PeakArenaBytes, model.GradientBytes);
            largest = model.Parameters.Max(static parameter => parameter.FloatBytes);
        });
        Assert.Equal(0, fusedGradients);
        Assert.InRange(fusedArena - arena, 0, 2 * largest);
        Assert.True(2 * largest < gradients / 2, $"{largest} of {gradients} bytes");
    }

    [Fact]
    public void Resume_FromACheckpoint_EndsWithTheSameBits()
    {
        AdamW adam = new() { LearningRate = 0.01 };
        float[] expected = Train(Device, static d => new FusedModel(d), adam);
        string path = _folder.File("training");
        using (CancellationTokenSource source = new())
        {
            TrainerOptions options = new() { Epochs = 2, CheckpointPath = path, OnStep = step => { if (step.Step == 2) source.Cancel(); } };
            using FusedModel model = new(Device);
            model.Initialize(1);
            using Trainer trainer = new(model, adam, options);
            using DataLoader data = new(Device, Data(), 16, seed: 1);
            Assert.Throws<OperationCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
        }
        using FusedModel resumed = new(Device);
        using Trainer other = new(resumed, adam, new TrainerOptions { Epochs = 2 });
        other.Resume(path);
        using DataLoader rest = new(Device, Data(), 16, seed: 1);
        other.Fit(rest);
        Assert.Equal(expected, resumed.Parameters.SelectMany(static parameter => parameter.Value.ToArray()));
    }

    [Fact]
    public void Fit_FrozenGroup_StaysAsItIs()
    {
        Sgd sgd = new() { LearningRate = 0.1, Groups = [ParameterGroup.Named("Second.*") with { IsFrozen = true }] };
        Assert.Equal(Train(Device, static d => new UnfusedModel(d), sgd), Train(Device, static d => new FusedModel(d), sgd));
    }

    [Fact]
    public void Trainer_WhatNeedsAllGradients_IsRefused()
    {
        using FusedModel model = new(Device);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Trainer(model, new Sgd(), new TrainerOptions { AccumulatedBatches = 2 }));
        Assert.Equal("FusedModel hands its gradients over as they are made, which goes without AccumulatedBatches.", error.Message);
        Assert.Throws<ArgumentException>(() => new Trainer(model, new Sgd(), new TrainerOptions { Rounds = new HalfFineTuning { RoundSteps = 1 } }));
        using OptimizerState state = new(new Sgd(), model);
        Assert.Throws<InvalidOperationException>(() => state.Update(0.1));
        Assert.Throws<InvalidOperationException>(() => model.Head.Weight.Gradient);
    }

    [Fact]
    public void Fit_LossThatIsNotFinite_IsNamed()
    {
        using FusedModel model = new(Device);
        model.Initialize(1);
        model.Head.Bias!.Value.Span[0] = float.NaN;
        using DataLoader data = new(Device, Data(), 16, seed: 1);
        using Trainer trainer = new(model, new Sgd { LearningRate = 0.1 }, new TrainerOptions { MaximumGradientNorm = 1 });
        Assert.Contains("The weights are those before the step", Assert.Throws<TrainingException>(() => trainer.Fit(data)).Message);
        Assert.False(float.IsNaN(model.Stem.Weight.Value.Span[0]));
    }

    private static float[] Train<TModel>(Device device, Func<Device, TModel> create, Optimizer optimizer, TrainerOptions? options = null, Action<TModel, Trainer>? after = null)
        where TModel : Model, ITrainable
    {
        using TModel model = create(device);
        model.Initialize(1);
        using DataLoader data = new(device, Data(), 16, seed: 1);
        using Trainer trainer = new(model, optimizer, options ?? new TrainerOptions { Epochs = 2 });
        trainer.Fit(data);
        after?.Invoke(model, trainer);
        return [.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray())];
    }

    private static Dataset Data() => new(
        new FloatColumn("x", [.. Enumerable.Range(0, 7 * 40).Select(static i => MathF.Sin(i * i))], 7),
        new IntegerColumn("label", [.. Enumerable.Range(0, 40).Select(static i => i % FusedModel.Classes)]));
}
