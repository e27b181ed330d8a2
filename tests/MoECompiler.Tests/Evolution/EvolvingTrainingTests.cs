using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Evolution;

/// <summary>A training goes from phase to phase by the number of its step, and a file says in which one it is.</summary>
public sealed class EvolvingTrainingTests : IDisposable
{
    private const int Steps = 14;

    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Fit_GoesThroughThePhases()
    {
        using SoloModel model = NewModel();
        List<EvolutionPhase> phases = [];
        List<double> similarity = [];
        using Trainer trainer = new(model, new AdamW { LearningRate = 1e-2 }, new TrainerOptions
        {
            OnStep = _ =>
            {
                phases.Add(model.Phase);
                similarity.Add(ExpertSimilarity.Mean(WeightSet.Of(model).Experts("Mixture")));
            },
        });
        trainer.Fit(Data(Steps));
        Assert.Equal(
            [.. Enumerable.Repeat(EvolutionPhase.Base, 4), .. Enumerable.Repeat(EvolutionPhase.Dense, 5), .. Enumerable.Repeat(EvolutionPhase.Sparse, 5)], phases);
        // Before, the others are as they were initialized; masks of 0.3 leave a cosine of 0.7.
        Assert.All(similarity[..4], static s => Assert.InRange(s, -0.1, 0.1));
        Assert.All(similarity[4..], static s => Assert.InRange(s, 0.6, 0.9));
    }

    /// <summary>Experts and routers that have no part in the phase: not even the decay of weights reaches them.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public void Fit_InTheBasePhase_ChangesTheFirstExpertAlone(StateFormat format)
    {
        using SoloModel model = NewModel();
        float[] up = model.Mixture.Up.Value.ToArray(), down = model.Mixture.Down.Value.ToArray(), bias = model.Mixture.UpBias!.Value.ToArray(), router = model.Mixture.Router.Value.ToArray();
        using Trainer trainer = new(model, new AdamW { LearningRate = 1e-2, WeightDecay = 0.5, StateFormat = format });
        trainer.Fit(Data(3));
        Assert.Equal(EvolutionPhase.Base, model.Phase);
        Assert.Equal(router, model.Mixture.Router.Value.ToArray());
        foreach ((float[] before, Parameter parameter) in ((float[], Parameter)[])[(up, model.Mixture.Up), (down, model.Mixture.Down), (bias, model.Mixture.UpBias!)])
        {
            float[] after = parameter.Value.ToArray();
            int one = after.Length / SoloModel.Experts;
            Assert.DoesNotContain(after[..one].Zip(before), static pair => pair.First == pair.Second);
            Assert.Equal(before[one..], after[one..]);
        }
    }

    /// <summary>Of repeated layers too, whose experts lie between those of other layers.</summary>
    [Fact]
    public void BasePhase_OfRepeatedLayers_TrainsTheFirstExpertOfEach()
    {
        using EvolvedModel model = new(_device);
        model.Phase = EvolutionPhase.Base;
        using OptimizerState state = new(new AdamW(), model);
        Parameter up = model.Parameters.First(static p => p.Path == "Blocks.Stacked.Mlp.Up");
        TrainedParameter part = model.TrainedParts!.Of(state.Trained.First(item => item.Parameter == up))!;
        int one = EvolvedModel.Inner * EvolvedModel.Width;
        // 54 elements are whole fours and two more.
        Assert.Equal((54, 270), (one, EvolvedModel.Experts * one));
        Assert.Equal([new ElementRange(0, 56), new ElementRange(268, 56)], part.Parts);
        Assert.Equal([(0, 40), (40, 16), (268, 40), (308, 16)], part.Cut(40).Select(static c => ((int)c.First, c.Count)));
        Assert.Null(model.TrainedParts.Of(state.Trained.First(static item => item.Parameter.Path == "Mixture.Router")));
        Assert.Same(model.TrainedParts, model.TrainedParts);
        model.Phase = EvolutionPhase.Sparse;
        Assert.Equal([new ElementRange(0, up.Count)], model.TrainedParts.Of(state.Trained.First(item => item.Parameter == up))!.Parts);
    }

    [Fact]
    public void Spawn_MakesMaskedCopiesAndANewRouter()
    {
        using SoloModel model = NewModel();
        FeedForward before = WeightSet.Of(model).Experts("Mixture")[0];
        model.Spawn();
        IReadOnlyList<FeedForward> experts = WeightSet.Of(model).Experts("Mixture"), expected = new Upcycling(SoloModel.Experts, new RandomMask(0.3f), Seed: 11).From(before);
        Assert.All(experts.Zip(expected), static pair => Assert.Equal(pair.Second.Up.Elements.ToArray(), pair.First.Up.Elements.ToArray()));
        Assert.InRange(Math.Sqrt(model.Mixture.Router.Value.ToArray().Average(static x => x * x)), 0.014, 0.026);
    }

    public static TheoryData<StateFormat> Formats => [StateFormat.Float32, StateFormat.Dynamic8];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Spawn_WhatTheOptimizerRemembers_IsThatOfTheFirstExpert(StateFormat format)
    {
        using SoloModel model = NewModel();
        using OptimizerState state = Trained(model, format);
        float[] before = Remembered(state, model.Mixture.Up);
        model.BeginStep(4, state);
        float[] after = Remembered(state, model.Mixture.Up);
        int one = after.Length / SoloModel.Experts;
        for (int e = 0; e < SoloModel.Experts; e++)
        {
            // In 8 bits blocks of 256 elements have other scales than they had: an error of a level of its block.
            for (int i = 0; i < one; i++)
                Assert.Equal(before[i], after[e * one + i], format == StateFormat.Float32 ? 0 : 0.02 * before[..one].Max(MathF.Abs));
        }
        Assert.Contains(before[..one], static x => x != 0);
    }

    [Fact]
    public void Spawn_WithReset_ForgetsWhatTheOptimizerRemembers()
    {
        using ForgetfulModel model = new(_device);
        model.Initialize(1);
        using OptimizerState state = Trained(model, StateFormat.Float32);
        Assert.Contains(Remembered(state, model.Mixture.Up), static x => x != 0);
        model.BeginStep(4, state);
        Assert.All(Remembered(state, model.Mixture.Up), static x => Assert.Equal(0, x));
        IReadOnlyList<FeedForward> experts = WeightSet.Of(model).Experts("Mixture");
        Assert.All(experts, expert => Assert.Equal(experts[0].Up.Elements.ToArray(), expert.Up.Elements.ToArray()));
    }

    [Fact]
    public void Resume_AcrossEverySwitch_EndsWithTheSameBits()
    {
        float[] expected = TrainInParts();
        Assert.Equal(expected, TrainInParts());
        Assert.Equal(expected, TrainInParts(2, 4, 5, 8, 9, 10));
        Assert.Equal(expected, TrainInParts(3, 9));
    }

    [Fact]
    public void Resume_OtherEvolution_IsRefused()
    {
        using SoloModel model = NewModel();
        using (Trainer trainer = new(model, new AdamW { LearningRate = 1e-2 }))
        {
            trainer.Fit(Data(2));
            trainer.Save(_folder.File("training"));
        }
        string text = File.ReadAllText(_folder.File("training"), System.Text.Encoding.Latin1).Replace("SpawnAt = 4", "SpawnAt = 5", StringComparison.Ordinal);
        File.WriteAllText(_folder.File("training"), text, System.Text.Encoding.Latin1);
        using Trainer other = new(model, new AdamW { LearningRate = 1e-2 });
        Assert.Contains("this is of another training: expected the evolution Evolution { SpawnAt = 4", Assert.Throws<CheckpointException>(() => other.Resume(_folder.File("training"))).Message);
    }

    [Fact]
    public void Save_InAPhase_IsLoadedInIt()
    {
        using SoloModel model = NewModel();
        using (Trainer trainer = new(model, new AdamW { LearningRate = 1e-2 }))
            trainer.Fit(Data(3));
        model.Save(_folder.File("model"));
        using SoloModel loaded = SoloModel.Load(_folder.File("model"), _device);
        Assert.Equal(EvolutionPhase.Base, loaded.Phase);
        Assert.Equal(Forward(model), Forward(loaded));
        WeightSet.Of(model).Save(_folder.File("weights"));
        loaded.LoadWeights(_folder.File("weights"));
        Assert.Equal(EvolutionPhase.Sparse, loaded.Phase);
    }

    [Fact]
    public void Evaluate_WithExperts_ReportsBothPrograms()
    {
        using SoloModel model = NewModel();
        using Evaluator evaluator = new(model);
        DataLoader data = Data(2);
        model.Phase = EvolutionPhase.Base;
        Assert.DoesNotContain(evaluator.Evaluate(data).Metrics, static m => m.Name.Contains('.') && !m.Name.StartsWith("Mixture", StringComparison.Ordinal));
        model.Phase = EvolutionPhase.Dense;
        EvaluationReport dense = evaluator.Evaluate(data);
        Assert.Equal(EvolutionPhase.Dense, model.Phase);
        model.Phase = EvolutionPhase.Sparse;
        EvaluationReport sparse = evaluator.Evaluate(data);
        Assert.Equal(sparse.Loss, dense["sparse.loss"]);
        Assert.Equal(dense.Loss, sparse["dense.loss"]);
        Assert.NotEqual(dense.Loss, sparse.Loss);
        Assert.Equal(ExpertSimilarity.Mean(WeightSet.Of(model).Experts("Mixture")), sparse["Mixture.similarity"], 1e-12);
        Assert.Equal([SoloModel.Experts, 1], dense.Routing.Select(static layer => layer.ExpertsPerRow!.Value));
        // All experts compute all rows, and one of them each.
        Assert.Equal(dense.Rows * SoloModel.Experts, dense.Find("Mixture.load").Values.Sum());
        Assert.Equal(dense.Rows, sparse.Find("Mixture.load").Values.Sum());
    }

    [Fact]
    public void Evolution_WithoutAHardStep_NeverSwitches()
    {
        using ForgetfulModel model = new(_device);
        Assert.Equal(EvolutionPhase.Base, model.Evolution.PhaseAt(0));
        Assert.Equal(EvolutionPhase.Base, model.Evolution.PhaseAt(3));
        Assert.Equal(EvolutionPhase.Dense, model.Evolution.PhaseAt(4));
        Assert.Equal(EvolutionPhase.Dense, model.Evolution.PhaseAt(long.MaxValue));
    }

    /// <summary>What the optimizer remembers after four steps of the base phase.</summary>
    private OptimizerState Trained<TModel>(TModel model, StateFormat format) where TModel : EvolvingModel, ITrainable
    {
        OptimizerState state = new(new AdamW { LearningRate = 1e-2, StateFormat = format }, model);
        DataLoader data = Data(4);
        View<float> metrics = _device.New<float>(model.Metrics.Sum(static m => m.Count));
        for (int step = 0; step < 4; step++)
        {
            model.BeginStep(step, state);
            model.Backward(data.Next(), new RandomState(1, step), metrics);
            state.Update(1e-2);
        }
        return state;
    }

    private static float[] Remembered(OptimizerState state, Parameter parameter) => state.Trained.First(item => item.Parameter == parameter).State[0].ToArray();

    private float[] TrainInParts(params int[] interruptions)
    {
        string file = _folder.File("training");
        for (int part = 0; part <= interruptions.Length; part++)
        {
            using SoloModel model = NewModel();
            using CancellationTokenSource source = new();
            int end = part < interruptions.Length ? interruptions[part] : int.MaxValue;
            TrainerOptions options = new() { Seed = 5, CheckpointPath = file, OnStep = step => { if (step.Step + 1 == end) source.Cancel(); } };
            using Trainer trainer = new(model, new AdamW { LearningRate = 1e-2 }, options);
            if (part > 0)
                trainer.Resume(file);
            if (part < interruptions.Length)
                Assert.Throws<OperationCanceledException>(() => trainer.Fit(Data(Steps), cancellationToken: source.Token));
            else
                trainer.Fit(Data(Steps));
            if (part == interruptions.Length)
                return [.. model.Parameters.SelectMany(static p => p.Value.ToArray())];
        }
        throw new InvalidOperationException();
    }

    private SoloModel NewModel()
    {
        SoloModel model = new(_device);
        model.Initialize(2);
        return model;
    }

    private float[] Forward(SoloModel model)
    {
        View<float> y = _device.New<float>(3, SoloModel.Width);
        model.Forward(_device.Upload<float>([.. Enumerable.Range(0, 3 * SoloModel.Width).Select(static i => MathF.Sin(i))], 3, SoloModel.Width), y);
        return y.ToArray();
    }

    private DataLoader Data(int steps)
    {
        Random random = new(7);
        float[] Numbers() => [.. Enumerable.Range(0, 8 * steps * SoloModel.Width).Select(_ => random.NextSingle() - 0.5f)];
        return new DataLoader(_device, new Dataset(new FloatColumn("x", Numbers(), SoloModel.Width), new FloatColumn("target", Numbers(), SoloModel.Width)), 8, seed: 1);
    }
}
