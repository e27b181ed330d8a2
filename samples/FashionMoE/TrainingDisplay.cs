using System.Globalization;
using MoECompiler.Training;
using Spectre.Console;

namespace FashionMoE;

/// <summary>Shows a training: a bar that moves, on a terminal, and a line for each epoch.</summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>
{
    private readonly ProgressTask? _bar;
    private readonly Func<TrainingProgress, EvaluationReport, string> _line;

    private TrainingDisplay(ProgressTask? bar, Func<TrainingProgress, EvaluationReport, string> line)
    {
        _bar = bar;
        _line = line;
    }

    /// <summary>What <paramref name="train"/> gives while it tells the display how far it is.</summary>
    /// <param name="train">The training.</param>
    /// <param name="line">The line of an epoch.</param>
    public static TrainingReport Show(Func<IProgress<TrainingProgress>, TrainingReport> train, Func<TrainingProgress, EvaluationReport, string> line)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
            return train(new TrainingDisplay(null, line));
        return AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => train(new TrainingDisplay(context.AddTask("training"), line)));
    }

    public void Report(TrainingProgress progress)
    {
        if (_bar is not null)
        {
            _bar.MaxValue = progress.Steps;
            _bar.Value = progress.Step;
            _bar.Description = string.Create(
                CultureInfo.InvariantCulture, $"epoch {progress.Epoch + 1}/{progress.Epochs}  loss {progress.Loss:0.000}  {progress.RowsPerSecond,6:N0} rows/s");
        }
        if (progress.Evaluation is { } evaluation)
            AnsiConsole.WriteLine(_line(progress, evaluation));
    }
}
