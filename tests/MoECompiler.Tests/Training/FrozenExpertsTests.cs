using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Old experts stay as they are to the bit while new ones train.</summary>
public sealed class FrozenExpertsTests : IDisposable
{
    private const int Steps = 8, Rows = 8;

    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(StateFormat.Float32)]
    [InlineData(StateFormat.Dynamic8)]
    public void FrozenExperts_OfAStackedLayer_StayWithWhatIsRememberedOfThem(StateFormat format) => FrozenExpertsCheck.Stay(_device, format);

    [Fact]
    public void FrozenExperts_LeaveTheOthersAsIfTheyWereAlone()
    {
        // Without a bound on the norm an expert's update depends on its own gradient alone, in the first step.
        float[] before = [], frozen = Train(1, [0, 3]), free = Train(1, []);
        using (OrderModel model = new(_device))
        {
            model.Initialize(1);
            before = model.SoftmaxFirst.Up.Value.ToArray();
        }
        int slice = before.Length / OrderModel.Experts;
        for (int i = 0; i < before.Length; i++)
            Assert.Equal(i / slice is 0 or 3 ? before[i] : free[i], frozen[i]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void FrozenExperts_OfATrainingThatIsResumed_AreTheSame(int interrupted)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("frozen.training");
        Train(interrupted, [1, 2, 5], save: path);
        Assert.Equal(Train(Steps, [1, 2, 5]), Train(Steps, [1, 2, 5], resume: path));
        Assert.Contains("experts 1 2 frozen", Assert.Throws<MoECompiler.Checkpoints.CheckpointException>(() => Train(Steps, [1, 2], resume: path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FrozenExperts_Impossible_AreRefused()
    {
        using OrderModel model = new(_device);
        Assert.Equal(
            "There is no expert 6 of SoftmaxFirst.Up, which its group freezes: SoftmaxFirst.Up f32[6, 3, 5] has 6, from 0.", Refused(0, 6));
        Assert.Contains("All experts of SoftmaxFirst.Up are frozen", Refused(0, 1, 2, 3, 4, 5), StringComparison.Ordinal);
        MeZo blind = new() { LearningRate = 0.1, Perturbation = 0.01, Groups = [Frozen(0)] };
        Assert.Contains("Directions are drawn for 4 elements", Assert.Throws<ArgumentException>(() => new OptimizerState(blind, model)).Message, StringComparison.Ordinal);
        TrainerOptions pruning = new() { Pruning = new GradualPruning { Sparsity = 0.5, EndStep = 10 } };
        Assert.Equal(
            "Some experts of SoftmaxFirst.Up are frozen, and its smallest weights are to become 0: leave it out of Pruning.",
            Assert.Throws<ArgumentException>(() => new OptimizerState(new AdamW { Groups = [Frozen(0)] }, model, pruning)).Message);

        string Refused(params int[] experts) => Assert.Throws<ArgumentException>(() => new OptimizerState(new AdamW { Groups = [Frozen(experts)] }, model)).Message;

        static ParameterGroup Frozen(params int[] experts) => ParameterGroup.Named("SoftmaxFirst.Up") with { FrozenExperts = experts };
    }

    /// <summary>A step moves the bias by itself: a group stops it at a step, or from the first on, and it moves again in another training.</summary>
    [Fact]
    public void SelectionBias_OfAGroupThatIsFrozen_StaysFromThereOn()
    {
        using JudgedModel model = new(_device);
        model.Initialize(1);
        Parameter bias = model.Bounded.SelectionBias!;
        List<float[]> at5 = Biases(model, ParameterGroup.Named("*.SelectionBias") with { FreezeAtStep = 5 });
        for (int step = 1; step < Steps; step++)
            Assert.Equal(step >= 5, at5[step].SequenceEqual(at5[step - 1]));
        Assert.False(bias.IsHeld);

        float[] before = bias.Value.ToArray();
        Assert.All(Biases(model, ParameterGroup.Named("Bounded.*") with { IsFrozen = true }), now => Assert.Equal(before, now));
        Assert.All(Biases(model, null), now => Assert.NotEqual(before, now));
    }

    private List<float[]> Biases(JudgedModel model, ParameterGroup? group)
    {
        List<float[]> biases = [];
        TrainerOptions options = new() { Epochs = Steps, OnStep = _ => biases.Add(model.Bounded.SelectionBias!.Value.ToArray()) };
        Random random = new(3);
        Dataset rows = new(
            new FloatColumn("features", [.. Enumerable.Range(0, Rows * JudgedModel.Columns).Select(_ => random.NextSingle() - 0.5f)], JudgedModel.Columns),
            new IntegerColumn("labels", [.. Enumerable.Range(0, Rows).Select(static i => i % JudgedModel.Classes)]));
        using DataLoader data = new(_device, rows, Rows);
        using Trainer trainer = new(model, new AdamW { LearningRate = 0.01, Groups = group is null ? [] : [group] }, options);
        trainer.Fit(data);
        return biases;
    }

    private float[] Train(int steps, int[] experts, string? save = null, string? resume = null)
    {
        using OrderModel model = new(_device);
        model.Initialize(1);
        ParameterGroup old = ParameterGroup.Named("SoftmaxFirst.Up") with { FrozenExperts = experts };
        float[] x = [.. Enumerable.Range(0, Rows * OrderModel.Width).Select(static i => MathF.Sin(3 * i))];
        Dataset rows = new(new FloatColumn("x", x, OrderModel.Width), new FloatColumn("target", [.. x.Select(static v => v * v)], OrderModel.Width));
        using DataLoader data = new(_device, rows, Rows);
        using Trainer trainer = new(model, new AdamW { LearningRate = 0.01, Groups = [old] }, new TrainerOptions { Epochs = steps });
        if (resume is not null)
            trainer.Resume(resume);
        trainer.Fit(data);
        if (save is not null)
            trainer.Save(save);
        return model.SoftmaxFirst.Up.Value.ToArray();
    }
}
