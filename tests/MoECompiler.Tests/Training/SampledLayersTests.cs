using MoECompiler.Tests.Support;
using MoECompiler.Data;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Trainings of a few layers at a time.</summary>
public sealed class SampledLayersTests : IDisposable
{
    private static readonly string[] s_layers = ["Query", "Key", "Value", "Out", "Up"];

    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    /// <summary>As many layers as are asked for, each as often as the others, and always what is in none.</summary>
    [Fact]
    public void Choose_ManyRounds_DrawsLayersAlike()
    {
        using WideModel model = new(_device);
        Dictionary<string, int> counts = [];
        for (long round = 0; round < 500; round++)
        {
            IReadOnlyList<Parameter> drawn = New(2).Choose(model.Parameters, round);
            Assert.Equal(drawn, New(2).Choose(model.Parameters, round));
            Assert.Equal(2 * 3, drawn.Count);
            Assert.Contains(drawn, static parameter => parameter.Path == "Down.Bias");
            foreach (string layer in drawn.Select(static parameter => parameter.Path.Split('.')[0]).Distinct())
                counts[layer] = counts.GetValueOrDefault(layer) + 1;
        }
        // 200 each, of a deviation of 11.
        Assert.All(s_layers, layer => Assert.InRange(counts[layer], 145, 255));
        Assert.Equal(500, counts["Down"]);
    }

    /// <summary>State and gradients of two layers of six, and of what is always trained.</summary>
    [Fact]
    public void Memory_OfARound_IsThatOfItsLayers()
    {
        using WideModel full = new(_device), some = new(_device);
        using OptimizerState ofFull = new(new AdamW(), full), ofSome = new(new AdamW(), some, new TrainerOptions { Rounds = New(1) });
        Assert.Equal(ofFull.Bytes / 3, ofSome.Bytes);
        Assert.True(some.GradientBytes < 0.6 * full.GradientBytes, $"{some.GradientBytes} of {full.GradientBytes}");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Resume_WithinAndBetweenRounds_EndsWithTheSameBits(int stop)
    {
        float[] expected = Train(0, isResumed: false);
        Train(stop, isResumed: false);
        Assert.Equal(expected, Train(0, isResumed: true));
    }

    [Fact]
    public void Choose_WhatIsNotThere_IsNamed()
    {
        using WideModel model = new(_device);
        SampledLayers absent = New(1) with { Layers = [ParameterGroup.Named("Absent.*")] };
        Assert.Equal("The layer 'Absent.*' contains nothing that is trained.", Assert.Throws<ArgumentException>(() => absent.Choose(model.Parameters, 0)).Message);
        Assert.Equal("A round of 6 layers is not drawn from 5.", Assert.Throws<ArgumentException>(() => New(6).Choose(model.Parameters, 0)).Message);
    }

    private static SampledLayers New(int active) => new()
    {
        RoundSteps = 2,
        Seed = 3,
        Active = active,
        Layers = [.. s_layers.Select(static layer => ParameterGroup.Named(layer + ".*"))],
    };

    /// <summary>Six steps, three rounds.</summary>
    private float[] Train(int stop, bool isResumed)
    {
        using WideModel model = new(new WideModelSizes { Width = 12 }, _device);
        model.Initialize(1);
        Dataset rows = new(
            new FloatColumn("x", [.. Enumerable.Range(0, 48 * 12).Select(static i => MathF.Sin(i))], 12),
            new FloatColumn("target", [.. Enumerable.Range(0, 48 * 12).Select(static i => MathF.Cos(i * i))], 12));
        using DataLoader data = new(_device, rows, 8, seed: 1);
        using CancellationTokenSource source = new();
        TrainerOptions options = new()
        {
            Rounds = New(2),
            CheckpointPath = _folder.File("training"),
            OnStep = step =>
            {
                if (step.Step + 1 == stop)
                    source.Cancel();
            },
        };
        using Trainer trainer = new(model, new AdamW { LearningRate = 0.01 }, options);
        if (isResumed)
            trainer.Resume(options.CheckpointPath!);
        if (stop == 0)
            trainer.Fit(data);
        else
            Assert.Throws<OperationCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
        return [.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray())];
    }
}
