using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

public sealed class ProgressTests : IDisposable
{
    private readonly CpuDevice _device = new(1);
    private readonly SoftmaxRegression _model;

    public ProgressTests() => _model = new SoftmaxRegression(_device, Clusters.Features, Clusters.Classes);

    public void Dispose()
    {
        _model.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Progress_LongInterval_IsReportedAtTheEndOfEachEpoch()
    {
        List<TrainingProgress> reports = Train(new TrainerOptions { Epochs = 3, ProgressInterval = TimeSpan.FromDays(1) });
        Assert.Equal([13, 26, 39], reports.Select(static report => report.Step));
        Assert.Equal([0, 1, 2], reports.Select(static report => report.Epoch));
        Assert.All(reports, static report => Assert.Equal((39, 3), (report.Steps, report.Epochs)));
        Assert.All(reports, static report => Assert.True(report.RowsPerSecond > 0));
        Assert.All(reports, static report => Assert.Equal(["loss", "given"], report.Metrics.Select(static metric => metric.Name)));
        // 203 rows in batches of 16: 11 in the last one.
        Assert.All(reports, static report => Assert.Equal(11, report.Metrics[1].Values.Sum()));
        Assert.True(reports[^1].Loss < reports[0].Loss);
    }

    [Fact]
    public void Progress_NoInterval_IsReportedEachStep()
        => Assert.Equal(26, Train(new TrainerOptions { Epochs = 2, ProgressInterval = TimeSpan.Zero }).Count);

    [Fact]
    public void Evaluation_ByDefault_FollowsEachEpoch()
        => Assert.Equal([13, 26], EvaluatedSteps(new TrainerOptions { Epochs = 2 }));

    [Fact]
    public void Evaluation_EverySoManySteps_AndAtTheEnd()
        => Assert.Equal([5, 10, 15, 20, 25, 26], EvaluatedSteps(new TrainerOptions { Epochs = 2, EvaluateEverySteps = 5 }));

    [Fact]
    public void OnStep_IsToldEachStepOnce()
    {
        List<(long Step, int Epoch, int Rows)> steps = [];
        Train(new TrainerOptions { Epochs = 2, OnStep = step => steps.Add((step.Step, step.Epoch, step.Rows)) });
        Assert.Equal(Enumerable.Range(0, 26).Select(static step => ((long)step, step / 13, step % 13 == 12 ? 11 : 16)), steps);
    }

    [Fact]
    public void Fit_WithinFit_IsRefused()
    {
        Trainer? trainer = null;
        InvalidOperationException? error = null;
        TrainerOptions options = new() { OnStep = _ => error = Assert.Throws<InvalidOperationException>(() => trainer!.Fit(Clusters.Load(_device))) };
        using (trainer = new Trainer(_model, new AdamW(), options))
            trainer.Fit(Clusters.Load(_device));
        Assert.Equal("This trainer is training already.", error!.Message);
    }

    private List<TrainingProgress> Train(TrainerOptions options, bool isEvaluated = false)
    {
        Collector collector = new();
        using Trainer trainer = new(_model, new AdamW(), options);
        trainer.Fit(Clusters.Load(_device), isEvaluated ? Clusters.Load(_device, seed: 2) : null, collector);
        return collector.Reports;
    }

    private IEnumerable<long> EvaluatedSteps(TrainerOptions options)
        => Train(options, isEvaluated: true).Where(static report => report.Evaluation is not null).Select(static report => report.Step);

    /// <summary>Keeps reports on the thread that makes them, unlike Progress.</summary>
    private sealed class Collector : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public void Report(TrainingProgress value) => Reports.Add(value);
    }
}
