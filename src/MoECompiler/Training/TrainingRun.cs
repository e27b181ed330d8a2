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
    private readonly long _steps = (long)options.Epochs * data.BatchesPerEpoch;
    private EvaluationReport? _evaluation;
    private long _reported = Stopwatch.GetTimestamp();
    private long _rowsSinceReport;

    public TrainingReport Run(CancellationToken cancellationToken)
    {
        data.Seek(trainer.Step);
        try
        {
            while (trainer.Step < _steps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Batch batch = data.Next();
                runner.Run(batch, _steps);
                Observe(batch.Rows);
                AfterStep(cancellationToken);
            }
            // A training that was resumed after its last step has yet to be evaluated.
            if (evaluation is not null)
                _evaluation ??= evaluator.Evaluate(evaluation, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            SaveCheckpoint();
            throw;
        }
        return new TrainingReport(trainer.Step, _evaluation, Stopwatch.GetElapsedTime(_started));
    }

    /// <summary>The epoch of the last step.</summary>
    private int Epoch => (int)((trainer.Step - 1) / data.BatchesPerEpoch);

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
        bool isEpochOver = trainer.Step % data.BatchesPerEpoch == 0;
        bool isLast = trainer.Step == _steps;
        // The rate of rows is taken before what is not training.
        double rowsPerSecond = _rowsSinceReport / Stopwatch.GetElapsedTime(_reported).TotalSeconds;
        bool isEvaluated = evaluation is not null && (isLast || IsDue(options.EvaluateEverySteps, isEpochOver));
        if (isLast || IsDue(options.CheckpointEverySteps, isEpochOver))
            SaveCheckpoint();
        if (isEvaluated)
            _evaluation = evaluator.Evaluate(evaluation!, cancellationToken);
        if (progress is not null && (isEpochOver || isEvaluated || Stopwatch.GetElapsedTime(_reported) >= options.ProgressInterval))
            Report(rowsPerSecond, isEvaluated ? _evaluation : null);
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
