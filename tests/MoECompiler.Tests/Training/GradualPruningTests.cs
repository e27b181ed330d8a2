using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Weights that are pruned while a model is trained.</summary>
public sealed class GradualPruningTests : IDisposable
{
    private static readonly GradualPruning s_rule = new() { Sparsity = 0.8, InitialSparsity = 0.2, BeginStep = 2, EndStep = 11, EverySteps = 3 };

    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new(2);

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void At_EachStep_IsTheCubic()
    {
        Assert.Equal([0, 0.8, 0.8], [s_rule.At(1), s_rule.At(11), s_rule.At(100)]);
        Assert.Equal(0.2, s_rule.At(2), 1e-12);
        Assert.Equal(0.8 - 0.6 * Math.Pow(1 - 3.0 / 9, 3), s_rule.At(5), 1e-12);
        Assert.Equal([2, 5, 8, 11], Enumerable.Range(0, 30).Where(step => s_rule.IsDue(step)));
        GradualPruning atOnce = new() { Sparsity = 0.5 };
        Assert.Equal([0], Enumerable.Range(0, 30).Where(step => atOnce.IsDue(step)));
        Assert.Equal(0.5, atOnce.At(0));
    }

    /// <summary>After each step as many weights are 0 as the schedule says, once 0 for ever 0, and no vector is pruned.</summary>
    [Theory]
    [InlineData("sgd")]
    [InlineData("nesterov")]
    [InlineData("adamw")]
    [InlineData("mezo")]
    public void Fit_EachStep_HasTheZeroesOfTheSchedule(string name)
    {
        using UnfusedModel model = new(_device);
        List<bool[]> zeroes = [];
        TrainingReport report = Train(model, Optimizer(name), s_rule, step =>
        {
            foreach (Parameter parameter in model.Parameters.Where(static p => !p.IsFrozen && p.Extents.Rank > 1))
            {
                int count = parameter.Value.Span.ToArray().Count(static value => BitConverter.SingleToInt32Bits(value) == 0);
                Assert.InRange(count, (int)Math.Round(Share(step.Step) * parameter.Count), parameter.Count * 0.85);
            }
            zeroes.Add([.. Values(model).Select(static value => value == 0)]);
        });
        for (int step = s_rule.BeginStep > 0 ? (int)s_rule.BeginStep + 1 : 1; step < zeroes.Count; step++)
            Assert.DoesNotContain(true, zeroes[step - 1].Zip(zeroes[step], static (before, after) => before && !after));
        ParameterSparsity[] matrices = [.. report.Sparsity!.Parameters.Where(p => model.Parameters.Any(q => q.Path == p.Path && !q.IsFrozen && q.Extents.Rank > 1))];
        Assert.All(matrices, static item => Assert.Equal(Math.Round(0.8 * item.Count), item.Zeroes));
        Assert.EndsWith("weights are 0", report.Sparsity.ToString());

        static double Share(long step) => s_rule.At(step < 2 ? step : Math.Min(11, 2 + (step - 2) / 3 * 3));
    }

    /// <summary>Where gradients are handed over, and of weights of 16 bits, whose copies of 32 bits know nothing of it.</summary>
    [Fact]
    public void Fit_OtherStepsAndStores_KeepsTheZeroes()
    {
        using FusedModel fused = new(_device);
        using HalfModel half = new(_device);
        fused.Initialize(1);
        using (DataLoader batches = Load())
        using (Trainer trainer = new(fused, new AdamW { LearningRate = 0.01 }, new TrainerOptions { Epochs = 2, Pruning = s_rule }))
            Assert.Equal(Math.Round(0.8 * 48 * 48), trainer.Fit(batches).Sparsity!.Parameters.Single(static p => p.Path == "First.Weight").Zeroes);

        half.Initialize(1);
        using OptimizerState state = new(new AdamW { LearningRate = 0.01 }, half, new TrainerOptions { Pruning = new GradualPruning { Sparsity = 0.5 } });
        half.AllocateGradients();
        foreach (Parameter parameter in half.Parameters.Where(static p => p.HasGradient))
            parameter.Gradient.Span.Fill(0.3f);
        for (int step = 0; step < 4; step++)
        {
            state.BeginStep();
            state.Update(0.01);
        }
        Assert.All(half.Parameters.Where(static p => !p.IsFrozen && p.ElementType.IsNarrow() && p.Extents.Rank == 2 && p.Layers == 0), static parameter =>
            Assert.Equal((int)Math.Round(0.5 * parameter.Count), parameter.Stored.ToArray().Count(static value => value == 0)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(9)]
    public void Resume_BetweenTwoTimes_EndsWithTheSameBits(int interruption)
    {
        using UnfusedModel whole = new(_device), first = new(_device), second = new(_device);
        Train(whole, Optimizer("adamw"), s_rule);
        string path = _folder.File("training");
        Train(first, Optimizer("adamw"), s_rule, path: path, interruption: interruption);
        Train(second, Optimizer("adamw"), s_rule, path: path);
        Assert.Equal(Values(whole), Values(second));
        using Trainer other = new(second, Optimizer("adamw"), new TrainerOptions { Seed = 3, Pruning = s_rule with { Sparsity = 0.7 } });
        Assert.Contains("expected the pruning to 0.7 from 0.2 of each matrix", Assert.Throws<CheckpointException>(() => other.Resume(path)).Message);
    }

    /// <summary>What was pruned before the training, by other means, stays as it is.</summary>
    [Fact]
    public void Fit_KeepsZeroes_LeavesThemWhereTheyAre()
    {
        using UnfusedModel model = new(_device);
        bool[] before = [];
        TrainingReport report = Train(model, Optimizer("adamw"), new GradualPruning { KeepsZeroes = true }, prepare: () =>
        {
            foreach (Parameter parameter in model.Parameters.Where(static p => p.Extents.Rank > 1))
                parameter.Value.CopyFrom(new WeightPruning(0.6).ByMagnitudeOfRows(new Weight(parameter.Extents, parameter.Value.ToArray())).Elements);
            before = [.. Values(model).Select(static value => value == 0)];
        });
        bool[] after = [.. Values(model).Select(static value => value == 0)];
        Assert.DoesNotContain(true, before.Zip(after, static (b, a) => b && !a));
        Assert.True(report.Sparsity!.Share > 0.4);
    }

    [Fact]
    public void Trainer_NothingToPrune_IsNamed()
    {
        using UnfusedModel model = new(_device);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new Trainer(model, new Sgd(), new TrainerOptions { Pruning = new GradualPruning { Weights = ParameterGroup.Named("Absent") } }));
        Assert.Equal("Absent: nothing that is trained is to be pruned.", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new GradualPruning { Sparsity = 1 });
    }

    private static Optimizer Optimizer(string name) => name == "mezo" ? new MeZo { LearningRate = 1e-3 } : SomeOptimizers.New(name);

    private static float[] Values(UnfusedModel model) =>
        [.. model.Parameters.Where(static p => !p.IsFrozen && p.Extents.Rank > 1).SelectMany(static parameter => parameter.Value.ToArray())];

    private TrainingReport Train(
        UnfusedModel model, Optimizer optimizer, GradualPruning rule, TrainingStepObserver? onStep = null, string? path = null, int interruption = 0, Action? prepare = null)
    {
        model.Initialize(1);
        prepare?.Invoke();
        using DataLoader data = Load();
        using CancellationTokenSource source = new();
        onStep ??= step =>
        {
            if (step.Step + 1 == interruption)
                source.Cancel();
        };
        using Trainer trainer = new(model, optimizer, new TrainerOptions { Epochs = 2, Seed = 3, Pruning = rule, OnStep = onStep, CheckpointPath = path });
        if (interruption == 0 && path is not null)
            trainer.Resume(path);
        if (interruption == 0)
            return trainer.Fit(data);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
        return new TrainingReport(0, null, default);
    }

    private DataLoader Load() => new(
        _device,
        new Dataset(
            new FloatColumn("x", [.. Enumerable.Range(0, 7 * 80).Select(static i => MathF.Sin(i * i))], 7),
            new IntegerColumn("label", [.. Enumerable.Range(0, 80).Select(static i => i % FusedModel.Classes)])),
        batchSize: 8,
        seed: 1);
}
