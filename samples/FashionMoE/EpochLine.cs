using System.Globalization;
using MoECompiler.Training;

namespace FashionMoE;

/// <summary>What is printed of an epoch.</summary>
internal static class EpochLine
{
    /// <summary>Such as <c>epoch  3/20  loss 0.412  test accuracy 0.861  balance 1.02 1.05  load 9-16 % 8-15 %</c>: one number a routed layer.</summary>
    public static string Of(TrainingProgress progress, EvaluationReport evaluation)
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
