using System.Diagnostics;
using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>One call of <see cref="Trainer.Fit"/>: the loop over steps and what is done between them.</summary>
internal sealed class TrainingRun(
    Trainer trainer,
    StepRunner runner,
    Evaluator evaluator,
    TrainerOptions options,
    DataLoader data,
    DataLoader? evaluation,
    IProgress<TrainingProgress>? progress)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly long _batches = (long)options.Epochs * data.BatchesPerEpoch;
    private readonly long _steps = ((long)options.Epochs * data.BatchesPerEpoch + options.AccumulatedBatches - 1) / options.AccumulatedBatches;
    private EvaluationReport? _evaluation;
    private long _reported = Stopwatch.GetTimestamp();
    private long _rowsSinceReport;

    public TrainingReport Run(CancellationToken cancellationToken)
    {
        data.Seek(Batches(trainer.Step));
        try
        {
            while (trainer.Step < _steps && !IsStopped)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Observe(runner.Run(data, (int)(Batches(trainer.Step + 1) - Batches(trainer.Step)), _steps));
                AfterStep(cancellationToken);
            }
            GoBackToBest();
            // A training that was resumed after its last step, or went back to its best one, has yet to be evaluated.
            if (evaluation is not null)
                _evaluation ??= evaluator.Evaluate(evaluation, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            SaveCheckpoint();
            throw;
        }
        return new TrainingReport(trainer.Step, _evaluation, Stopwatch.GetElapsedTime(_started)) { IsStoppedEarly = IsStopped, Sparsity = trainer.Sparsity() };
    }

    /// <summary>The epoch of the last step.</summary>
    private int Epoch => (int)((Batches(trainer.Step) - 1) / data.BatchesPerEpoch);

    private bool IsStopped => options.EarlyStopping is { } rule && rule.IsOver(trainer.Best);

    /// <summary>How many batches so many steps take: the last one may have fewer.</summary>
    private long Batches(long steps) => Math.Min(_batches, steps * options.AccumulatedBatches);

    private void Observe(int rows)
    {
        _rowsSinceReport += rows;
        options.OnStep?.Invoke(new TrainingStep
        {
            Step = trainer.Step - 1,
            Epoch = Epoch,
            LearningRate = runner.LearningRate,
            GradientNorm = runner.GradientNorm,
            Rows = rows,
            Metrics = runner.Metrics.Last.Span,
        });
    }

    private void AfterStep(CancellationToken cancellationToken)
    {
        bool isEpochOver = Batches(trainer.Step) / data.BatchesPerEpoch > Batches(trainer.Step - 1) / data.BatchesPerEpoch;
        bool isLast = trainer.Step == _steps;
        // The rate of rows is taken before what is not training.
        double rowsPerSecond = _rowsSinceReport / Stopwatch.GetElapsedTime(_reported).TotalSeconds;
        bool isEvaluated = evaluation is not null && (isLast || IsDue(options.EvaluateEverySteps, isEpochOver));
        bool isSaved = isLast || IsDue(options.CheckpointEverySteps, isEpochOver);
        if (isSaved)
            SaveCheckpoint();
        if (isEvaluated)
            Evaluate(isSaved, cancellationToken);
        if (progress is not null && (isEpochOver || isEvaluated || Stopwatch.GetElapsedTime(_reported) >= options.ProgressInterval))
            Report(rowsPerSecond, isEvaluated ? _evaluation : null);
    }

    private void Evaluate(bool isSaved, CancellationToken cancellationToken)
    {
        _evaluation = evaluator.Evaluate(evaluation!, cancellationToken);
        if (options.EarlyStopping is not { } rule)
            return;
        trainer.Best = trainer.Best.Next(rule, _evaluation[rule.Metric]);
        if (trainer.Best is { Since: 0, Metric: not null })
            trainer.Save(rule.BestPath);
        // What was saved before does not know of this evaluation.
        if (isSaved)
            SaveCheckpoint();
    }

    private void GoBackToBest()
    {
        if (options.EarlyStopping is not { } rule || trainer.Best is { Since: 0 } or { Metric: null })
            return;
        trainer.LoadWeights(rule.BestPath);
        _evaluation = null;
    }

    private bool IsDue(long everySteps, bool isEpochOver) => everySteps == 0 ? isEpochOver : trainer.Step % everySteps == 0;

    private void Report(double rowsPerSecond, EvaluationReport? evaluated)
    {
        progress!.Report(new TrainingProgress
        {
            Epoch = Epoch,
            Epochs = options.Epochs,
            Step = trainer.Step,
            Steps = _steps,
            LearningRate = runner.LearningRate,
            GradientNorm = runner.GradientNorm,
            RowsPerSecond = rowsPerSecond,
            Metrics = runner.Metrics.LastValues,
            Evaluation = evaluated,
        });
        _reported = Stopwatch.GetTimestamp();
        _rowsSinceReport = 0;
    }

    private void SaveCheckpoint()
    {
        if (options.CheckpointPath is { } path)
            trainer.Save(path);
    }
}
