using System.Globalization;

namespace MoECompiler.Training;

/// <summary>The best evaluation so far, and how many have been made since; part of a checkpoint.</summary>
/// <param name="Metric">Its metric; null before the first.</param>
/// <param name="Since">How many evaluations came after it, none of them better.</param>
internal readonly record struct BestEvaluation(double? Metric, int Since)
{
    /// <summary>After one more evaluation.</summary>
    public BestEvaluation Next(EarlyStopping rule, double metric) => rule.IsBetter(metric, Metric) ? new(metric, 0) : this with { Since = Since + 1 };

    /// <summary>As a checkpoint has it; reads back to the same bits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Metric?.ToString("R", CultureInfo.InvariantCulture) ?? "none"} {Since}");

    /// <summary>What <see cref="ToString"/> wrote; nothing yet for any other text.</summary>
    public static BestEvaluation Parse(string? text)
        => text?.Split(' ') is [var metric, var since]
            && int.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && (metric == "none" || double.TryParse(metric, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            ? new(metric == "none" ? null : double.Parse(metric, CultureInfo.InvariantCulture), count)
            : default;
}
