using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Trainings of one half of a model at a time.</summary>
public sealed class HalfFineTuningTests : IDisposable
{
    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Choose_ManyRounds_IsHalfOfAllAndOfEachCategory()
    {
        using LayeredModel model = new(_device);
        Parameter[] all = [.. model.Parameters];
        HashSet<string> chosen = [];
        HashSet<string> rounds = [];
        for (long round = 0; round < 40; round++)
        {
            HalfFineTuning half = new() { RoundSteps = 1, Seed = 5 };
            IReadOnlyList<Parameter> drawn = half.Choose(all, round);
            Assert.InRange(drawn.Count, (all.Length - 1) / 2, (all.Length + 2) / 2);
            Assert.Equal(drawn, half.Choose(all, round));
            int experts = drawn.Count(static p => p.Path.Split('.') is [.., "Mlp", "Up" or "Gate" or "Down" or "Router"]);
            Assert.Equal(2, experts);
            chosen.UnionWith(drawn.Select(static p => p.Path));
            rounds.Add(string.Join(" ", drawn.Select(static p => p.Path)));
        }
        Assert.Equal(all.Length, chosen.Count);
        Assert.InRange(rounds.Count, 30, 40);
    }

    [Fact]
    public void Choose_Always_IsInEachRound()
    {
        using LayeredModel model = new(_device);
        HalfFineTuning half = new() { RoundSteps = 1, Always = ParameterGroup.Named("Tokens.Weight", "Head.*") };
        for (long round = 0; round < 10; round++)
            Assert.Contains(half.Choose(model.Parameters, round), static p => p.Path == "Tokens.Weight");
    }

    /// <summary>The gradients that are kept are those of a whole backward pass, whatever is written over the others.</summary>
    [Fact]
    public void Backward_WithOthersDropped_GivesTheGradientsThatAreKept()
    {
        Check(TestModels.Layered, new LayeredModel(_device), new LayeredModel(_device));
        Check(TestModels.Routed, new RoutedModel(_device), new RoutedModel(_device));
        Check(TestModels.TwoTask, new TwoTaskModel(_device), new TwoTaskModel(_device));
        Check(TestModels.Brain, new BrainModel(_device), new BrainModel(_device));
        Check(TestModels.Picture, new PictureModel(_device), new PictureModel(_device));
    }

    /// <summary>Weights, gradients and state of AdamW: 16 bytes a weight in full.</summary>
    [Fact]
    public void Memory_OfAStep_IsAtLeastAQuarterLessThanInFull()
    {
        using WideModel full = new(_device), half = new(_device);
        using OptimizerState ofFull = new(new AdamW(), full);
        using OptimizerState ofHalf = new(new AdamW(), half, new TrainerOptions { Rounds = new HalfFineTuning { RoundSteps = 10 } });
        long weights = full.Parameters.Sum(static p => p.ValueBytes);
        long inFull = weights + full.GradientBytes + ofFull.Bytes, inHalf = weights + half.GradientBytes + ofHalf.Bytes;
        Assert.Equal(ofFull.Bytes / 2, ofHalf.Bytes);
        Assert.True(inHalf <= 0.75 * inFull, $"{inHalf:N0} of {inFull:N0} bytes");
    }

    [Fact]
    public void Fit_ManyRounds_MovesOneHalfEachAndLearns()
    {
        using RoutedModel model = new(_device);
        model.Initialize(1);
        HalfFineTuning half = new() { RoundSteps = 13, Seed = 2 };
        float[][] before = Values(model);
        int round = 0;
        TrainerOptions options = new()
        {
            Epochs = 8,
            Rounds = half,
            OnStep = step =>
            {
                if ((step.Step + 1) % half.RoundSteps != 0)
                    return;
                HashSet<Parameter> drawn = [.. half.Choose(model.Parameters, round++)];
                float[][] now = Values(model);
                for (int i = 0; i < now.Length; i++)
                    Assert.Equal(!drawn.Contains(model.Parameters[i]), before[i].SequenceEqual(now[i]));
                before = now;
            },
        };
        using Trainer trainer = new(model, new AdamW { LearningRate = 0.02 }, options);
        using DataLoader data = Load(), other = Load();
        double loss = 0;
        using (Evaluator evaluator = new(model))
            loss = evaluator.Evaluate(other).Loss;
        Assert.InRange(trainer.Fit(data, other).Evaluation!.Loss, 0, 0.7 * loss);
        Assert.Equal(8, round);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(30)]
    public void Resume_WithinAndBetweenRounds_EndsWithTheSameBits(int stop) => Assert.Equal(Train(0), Train(stop));

    [Fact]
    public void Resume_OtherHalves_IsRefused()
    {
        using RoutedModel model = new(_device);
        TrainerOptions options = new() { Rounds = new HalfFineTuning { RoundSteps = 13 } };
        using (Trainer trainer = new(model, new AdamW(), options))
            trainer.Save(_folder.File("training"));
        using Trainer other = new(model, new AdamW(), options with { Rounds = new HalfFineTuning { RoundSteps = 13, Seed = 1 } });
        Assert.Contains("by seed 1", Assert.Throws<CheckpointException>(() => other.Resume(_folder.File("training"))).Message);
    }

    private float[][] Train(int stop)
    {
        string path = _folder.File("training");
        for (int part = 0; ; part++)
        {
            using RoutedModel model = new(_device);
            model.Initialize(1);
            using CancellationTokenSource source = new();
            TrainerOptions options = new()
            {
                Epochs = 3,
                Seed = 9,
                CheckpointPath = path,
                Rounds = new HalfFineTuning { RoundSteps = 13, Seed = 2 },
                OnStep = step =>
                {
                    if (step.Step + 1 == stop)
                        source.Cancel();
                },
            };
            using Trainer trainer = new(model, new AdamW { LearningRate = 0.02 }, options);
            using DataLoader data = Load();
            if (part > 0)
                trainer.Resume(path);
            if (part > 0 || stop == 0)
            {
                trainer.Fit(data);
                return Values(model);
            }
            Assert.Throws<OperationCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
        }
    }

    private static void Check<TModel>(ModelCheck<TModel> check, TModel whole, TModel half) where TModel : Model, ITrainable
    {
        using (whole)
        using (half)
        {
            whole.Initialize(3);
            half.Initialize(3);
            whole.AllocateGradients();
            Batch batch = check.Data(new Random(3), 9);
            View<float> metrics = whole.Device.New<float>(whole.Metrics.Sum(static m => m.Count));
            whole.Backward(batch, new RandomState(3, 4), metrics);
            for (long round = 0; round < 6; round++)
            {
                HashSet<Parameter> kept = [.. new HalfFineTuning { RoundSteps = 1 }.Choose(half.Parameters.Where(static p => !p.IsFrozen), round)];
                half.AllocateGradients(kept);
                half.Backward(batch, new RandomState(3, 4), metrics);
                foreach (Parameter parameter in kept)
                    Assert.Equal(whole.Parameters.Single(p => p.Path == parameter.Path).Gradient.ToArray(), parameter.Gradient.ToArray());
            }
        }
    }

    private DataLoader Load()
    {
        Random random = new(4);
        int[] labels = [.. Enumerable.Range(0, 203).Select(_ => random.Next(3))];
        float[] x = [.. labels.SelectMany(label => Enumerable.Range(0, 11).Select(f => (f % 3 == label ? 1f : 0) + random.NextSingle() - 0.5f))];
        return new DataLoader(_device, new Dataset(new FloatColumn("features", x, 11), new IntegerColumn("labels", labels)), batchSize: 16, seed: 1);
    }

    private static float[][] Values(Model model) => [.. model.Parameters.Select(static p => p.Value.ToArray())];
}
