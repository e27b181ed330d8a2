using System.Globalization;
using MoECompiler.Training;
using Spectre.Console;

namespace FashionMoE;

/// <summary>Shows a training: a bar that moves, on a terminal, and a line for each epoch.</summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>
{
    private readonly ProgressTask? _bar;

    private TrainingDisplay(ProgressTask? bar) => _bar = bar;

    /// <summary>What <paramref name="train"/> gives while it tells the display how far it is.</summary>
    public static TrainingReport Show(Func<IProgress<TrainingProgress>, TrainingReport> train)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
            return train(new TrainingDisplay(null));
        return AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => train(new TrainingDisplay(context.AddTask("training"))));
    }

    public void Report(TrainingProgress progress)
    {
        if (_bar is not null)
        {
            _bar.MaxValue = progress.Steps;
            _bar.Value = progress.Step;
            _bar.Description = string.Create(
                CultureInfo.InvariantCulture, $"epoch {progress.Epoch + 1}/{progress.Epochs}  loss {progress.Loss:0.000}  {progress.RowsPerSecond,6:N0} images/s");
        }
        if (progress.Evaluation is { } evaluation)
            AnsiConsole.WriteLine(Line(progress, evaluation));
    }

    /// <summary>Such as <c>epoch  3/20  loss 0.412  test accuracy 0.861  balance 1.02 1.05  load 9-16 % 8-15 %</c>: one number a routed layer.</summary>
    private static string Line(TrainingProgress progress, EvaluationReport evaluation)
    {
        IEnumerable<string> balances = evaluation.Metrics.Where(static metric => metric.Name.EndsWith(".balance", StringComparison.Ordinal))
            .Select(static metric => metric.Value.ToString("0.00", CultureInfo.InvariantCulture));
        IEnumerable<string> loads = evaluation.Metrics.Where(static metric => metric.Name.EndsWith(".load", StringComparison.Ordinal))
            .Select(static metric => string.Join(' ', metric.Values.Select(load => $"{100 * load / metric.Values.Sum(),2:0}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {progress.Epoch + 1,2}/{progress.Epochs}  loss {evaluation.Loss:0.000}  test accuracy {evaluation["accuracy"]:0.000}  balance {string.Join(' ', balances)}  load % {string.Join(" | ", loads)}");
    }
}
