using MoECompiler.Data;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Trainings that end when evaluations no longer improve. The evaluation's metric is a script, so that each test says when.</summary>
public sealed class EarlyStoppingTests : IDisposable
{
    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Fit_NoBetterForLong_EndsWithTheWeightsOfTheBest()
    {
        using SoftmaxRegression model = NewModel();
        List<byte[]> weights = [];
        using Trainer trainer = new(model, new AdamW(), NewOptions([5, 3, 4, 3, 3.5, 1], weights, model));
        TrainingReport report = trainer.Fit(Load(1), Load(2));
        // The second is the best; the three after it are no better.
        Assert.True(report.IsStoppedEarly);
        Assert.Equal(5 * 13, report.Steps);
        Assert.Equal(weights[1], TrainerTests.Bits(model));
    }

    [Fact]
    public void Fit_AlwaysBetter_GoesOnToTheEnd()
    {
        using SoftmaxRegression model = NewModel();
        List<byte[]> weights = [];
        using Trainer trainer = new(model, new AdamW(), NewOptions([7, 6, 5, 4, 3, 2, 1, 0], weights, model));
        TrainingReport report = trainer.Fit(Load(1), Load(2));
        Assert.False(report.IsStoppedEarly);
        Assert.Equal(8 * 13, report.Steps);
        Assert.Equal(weights[7], TrainerTests.Bits(model));
    }

    [Fact]
    public void Fit_BestBeforeTheEnd_EndsWithTheBest()
    {
        using SoftmaxRegression model = NewModel();
        List<byte[]> weights = [];
        using Trainer trainer = new(model, new AdamW(), NewOptions([7, 6, 5, 4, 3, 0, 2, 1], weights, model));
        TrainingReport report = trainer.Fit(Load(1), Load(2));
        Assert.False(report.IsStoppedEarly);
        Assert.Equal(weights[5], TrainerTests.Bits(model));
    }

    /// <summary>What is best and for how long goes with the checkpoint.</summary>
    [Fact]
    public void Resume_BetweenEvaluations_StopsWhereItWouldHave()
    {
        List<byte[]> weights = [];
        using (SoftmaxRegression model = NewModel())
        {
            using CancellationTokenSource source = new();
            TrainerOptions options = NewOptions([5, 3, 4], weights, model) with { CheckpointPath = _folder.File("training"), OnStep = step => CancelAt(source, step, 3 * 13 + 4) };
            using Trainer first = new(model, new AdamW(), options);
            Assert.Throws<OperationCanceledException>(() => first.Fit(Load(1), Load(2), cancellationToken: source.Token));
        }
        using SoftmaxRegression resumed = NewModel();
        using Trainer second = new(resumed, new AdamW(), NewOptions([3.5, 3.1, 0], weights, resumed));
        second.Resume(_folder.File("training"));
        TrainingReport report = second.Fit(Load(1), Load(2));
        Assert.True(report.IsStoppedEarly);
        Assert.Equal(5 * 13, report.Steps);
        Assert.Equal(weights[1], TrainerTests.Bits(resumed));
    }

    [Fact]
    public void Fit_HigherIsBetterAndASmallChange_DoesNotCount()
    {
        using SoftmaxRegression model = NewModel();
        List<byte[]> weights = [];
        TrainerOptions options = NewOptions([1, 2, 2.05, 2.09, 2.1, 9], weights, model);
        options = options with { EarlyStopping = options.EarlyStopping! with { IsHigherBetter = true, MinimumChange = 0.2 } };
        using Trainer trainer = new(model, new AdamW(), options);
        Assert.Equal(5 * 13, trainer.Fit(Load(1), Load(2)).Steps);
        Assert.Equal(weights[1], TrainerTests.Bits(model));
    }

    [Fact]
    public void Fit_NothingToEvaluate_IsRefused()
    {
        using SoftmaxRegression model = NewModel();
        using Trainer trainer = new(model, new AdamW(), NewOptions([], [], model));
        Assert.Throws<ArgumentException>(() => trainer.Fit(Load(1)));
    }

    private static void CancelAt(CancellationTokenSource source, TrainingStep step, long at)
    {
        if (step.Step + 1 == at)
            source.Cancel();
    }

    private SoftmaxRegression NewModel() => new(_device, Clusters.Features, Clusters.Classes);

    private DataLoader Load(int seed) => Clusters.Load(_device, seed: seed);

    private TrainerOptions NewOptions(double[] script, List<byte[]> weights, Model model) => new()
    {
        Epochs = 8,
        EvaluationMetrics = [new Scripted(script, () => weights.Add(TrainerTests.Bits(model)))],
        EarlyStopping = new EarlyStopping { Metric = "scripted", BestPath = _folder.File("best") },
    };

    /// <summary>Gives numbers of a script, one an evaluation; after it the last.</summary>
    private sealed class Scripted(double[] script, Action measured) : EvaluationMetric
    {
        private int _next;

        public override string Name => "scripted";

        public override double Value
        {
            get
            {
                measured();
                return script[Math.Min(_next++, script.Length - 1)];
            }
        }

        public override void Reset()
        {
        }

        public override void Add(Batch batch, Batch results)
        {
        }
    }
}
