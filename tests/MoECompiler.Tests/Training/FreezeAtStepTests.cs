using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

public sealed class FreezeAtStepTests : IDisposable
{
    private const int Steps = 12, Frozen = 5;

    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void FreezeAtStep_OfTheRouters_LeavesThemAsTheyAreFromThereOn()
    {
        List<(float[] Router, float[] Expert)> frozen = Train(Frozen, Steps), free = Train(null, Steps);
        for (int step = 0; step < Steps; step++)
        {
            Assert.Equal(step < Frozen, frozen[step].Router.SequenceEqual(free[step].Router));
            Assert.Equal(step >= Frozen, step > 0 && frozen[step].Router.SequenceEqual(frozen[step - 1].Router));
            Assert.True(step == 0 || !frozen[step].Expert.SequenceEqual(frozen[step - 1].Expert));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(Frozen)]
    [InlineData(9)]
    public void FreezeAtStep_OfATrainingThatIsResumed_IsTheSame(int interrupted)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("frozen.training");
        Train(Frozen, interrupted, save: path);
        List<(float[] Router, float[] Expert)> resumed = Train(Frozen, Steps, resume: path), whole = Train(Frozen, Steps);
        Assert.Equal(whole[^1].Router, resumed[^1].Router);
        Assert.Equal(whole[^1].Expert, resumed[^1].Expert);
    }

    [Fact]
    public void FreezeAtStep_OfEverything_IsRefused()
    {
        using OrderModel model = new(_device);
        ParameterGroup all = ParameterGroup.Named("*") with { FreezeAtStep = 3 };
        Assert.Contains("nothing to train after", Assert.Throws<ArgumentException>(() => new OptimizerState(new AdamW { Groups = [all] }, model)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterGroup.Named("*") with { FreezeAtStep = 0 });
    }

    private List<(float[] Router, float[] Expert)> Train(long? freezeAt, int steps, string? save = null, string? resume = null)
    {
        using OrderModel model = new(_device);
        model.Initialize(1);
        ParameterGroup routers = ParameterGroup.Named("*.Router*") with { FreezeAtStep = freezeAt };
        List<(float[] Router, float[] Expert)> weights = [];
        TrainerOptions options = new()
        {
            Epochs = steps,
            OnStep = _ => weights.Add((model.SoftmaxFirst.Router.Value.ToArray(), model.SoftmaxFirst.Up.Value.ToArray())),
        };
        float[] x = [.. Enumerable.Range(0, 8 * OrderModel.Width).Select(static i => MathF.Sin(3 * i))];
        Dataset rows = new(new FloatColumn("x", x, OrderModel.Width), new FloatColumn("target", [.. x.Select(static v => v * v)], OrderModel.Width));
        using DataLoader data = new(_device, rows, 8);
        using Trainer trainer = new(model, new AdamW { LearningRate = 0.01, Groups = [routers] }, options);
        if (resume is not null)
            trainer.Resume(resume);
        trainer.Fit(data);
        if (save is not null)
            trainer.Save(save);
        return weights;
    }
}
