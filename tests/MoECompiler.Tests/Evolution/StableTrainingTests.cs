using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Evolution;

/// <summary>A training goes from the router that chooses to the light one that learned from it, and stays there.</summary>
public sealed class StableTrainingTests : IDisposable
{
    private const int Steps = 9;

    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData(StateFormat.Float32)]
    [InlineData(StateFormat.Dynamic8)]
    public void Fit_TheLightRouter_LearnsAndIsThenFrozen(StateFormat format)
    {
        using StableSoloModel model = NewModel();
        List<EvolutionPhase> phases = [];
        List<float[]> light = [], router = [];
        using Trainer trainer = new(model, new AdamW { LearningRate = 1e-2, WeightDecay = 0.1, StateFormat = format }, new TrainerOptions
        {
            OnStep = _ =>
            {
                phases.Add(model.Phase);
                light.Add([.. model.Mixture.Light!.Value.ToArray(), .. model.Mixture.LightEmbedding!.Value.ToArray()]);
                router.Add(model.Mixture.Router.Value.ToArray());
            },
        });
        trainer.Fit(Data());
        Assert.Equal([.. Enumerable.Repeat(EvolutionPhase.Learning, 4), .. Enumerable.Repeat(EvolutionPhase.Sparse, Steps - 4)], phases);
        for (int step = 1; step < Steps; step++)
        {
            Assert.NotEqual(router[step - 1], router[step]);
            if (step < 4)
                Assert.NotEqual(light[step - 1], light[step]);
            else
                Assert.Equal(light[3], light[step]);
        }
    }

    /// <summary>Ids that decide where tokens lie, and a router that stays as it is: the light router comes to choose as it does.</summary>
    [Fact]
    public void Fit_WhereIdsTellTheTokens_TheLightRouterAgrees()
    {
        using StableLearnerModel model = new(_device);
        model.Initialize(1);
        List<double> surprise = [];
        int at = model.Metrics.TakeWhile(static m => m.Name != "Mixture.distillation").Sum(static m => m.Count);
        AdamW optimizer = new() { LearningRate = 3e-2, Groups = [ParameterGroup.Named("Mixture.Router") with { IsFrozen = true }] };
        using Trainer trainer = new(model, optimizer, new TrainerOptions { Epochs = 30, OnStep = step => surprise.Add(step.Metrics[at]) });
        trainer.Fit(Data(spread: 0.05f));
        Assert.InRange(surprise[0], 1.4, 2.2);
        Assert.InRange(surprise[^Steps..].Average(), 0, 0.2);
    }

    [Fact]
    public void Resume_AcrossTheSwitch_EndsWithTheSameBits()
    {
        float[] expected = TrainInParts();
        Assert.Equal(expected, TrainInParts(2, 4, 5));
        Assert.Equal(expected, TrainInParts(3, 7));
    }

    [Fact]
    public void Save_InTheFirstPhase_IsLoadedInIt_AndWeightsAloneInTheLast()
    {
        using StableSoloModel model = NewModel();
        model.Phase = EvolutionPhase.Learning;
        model.Save(_folder.File("model"));
        using StableSoloModel loaded = StableSoloModel.Load(_folder.File("model"), _device);
        Assert.Equal(EvolutionPhase.Learning, loaded.Phase);
        WeightSet.Of(model).Save(_folder.File("weights"));
        loaded.LoadWeights(_folder.File("weights"));
        Assert.Equal(EvolutionPhase.Sparse, loaded.Phase);
    }

    [Fact]
    public void Evaluate_WhileTheRouterChooses_ReportsWhatWouldBeServed()
    {
        using StableSoloModel model = NewModel();
        using Evaluator evaluator = new(model);
        DataLoader data = Data();
        model.Phase = EvolutionPhase.Learning;
        EvaluationReport learning = evaluator.Evaluate(data);
        model.Phase = EvolutionPhase.Sparse;
        EvaluationReport sparse = evaluator.Evaluate(data);
        Assert.Equal(sparse["task"], learning["sparse.task"]);
        Assert.NotEqual(sparse["task"], learning["task"]);
        Assert.DoesNotContain(sparse.Metrics, static m => m.Name.StartsWith("learning.", StringComparison.Ordinal));
    }

    private float[] TrainInParts(params int[] interruptions)
    {
        string file = _folder.File("training");
        for (int part = 0; part <= interruptions.Length; part++)
        {
            using StableSoloModel model = NewModel();
            using CancellationTokenSource source = new();
            int end = part < interruptions.Length ? interruptions[part] : int.MaxValue;
            TrainerOptions options = new() { Seed = 5, CheckpointPath = file, OnStep = step => { if (step.Step + 1 == end) source.Cancel(); } };
            using Trainer trainer = new(model, new AdamW { LearningRate = 1e-2 }, options);
            if (part > 0)
                trainer.Resume(file);
            if (part < interruptions.Length)
            {
                Assert.Throws<OperationCanceledException>(() => trainer.Fit(Data(), cancellationToken: source.Token));
                continue;
            }
            trainer.Fit(Data());
            return [.. model.Parameters.SelectMany(static p => p.Value.ToArray())];
        }
        throw new InvalidOperationException();
    }

    private StableSoloModel NewModel()
    {
        StableSoloModel model = new(_device);
        model.Initialize(2);
        return model;
    }

    /// <summary>Tokens around a point for each id.</summary>
    private DataLoader Data(float spread = 1)
    {
        Random random = new(7);
        float[] points = [.. Enumerable.Range(0, StableSoloModel.Ids * StableSoloModel.Width).Select(_ => 2 * random.NextSingle() - 1)];
        int[] ids = [.. Enumerable.Range(0, 8 * Steps).Select(_ => random.Next(StableSoloModel.Ids))];
        float[] x = [.. ids.SelectMany(id => points.AsSpan(id * StableSoloModel.Width, StableSoloModel.Width).ToArray()).Select(p => p + spread * (random.NextSingle() - 0.5f))];
        float[] target = [.. x.Select(static v => MathF.Sin(3 * v))];
        return new DataLoader(
            _device,
            new Dataset(new IntegerColumn("ids", ids), new FloatColumn("x", x, StableSoloModel.Width), new FloatColumn("target", target, StableSoloModel.Width)), 8, seed: 1);
    }
}
