using System.Globalization;

namespace MoECompiler.Experiments;

/// <summary>The trainings of one model, from several seeds.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Runs">A curve for each seed.</param>
internal sealed record LanguageCurves(string Name, IReadOnlyList<List<LanguagePoint>> Runs)
{
    /// <summary>When the budget is spent, in the mean over seeds.</summary>
    public double Loss => Runs.Average(static run => run[^1].Loss);

    public double Steps => Runs.Average(static run => run[^1].Step);

    public double Similarity => Runs.Average(static run => run[^1].Similarity);

    public double Variation => Runs.Average(static run => run[^1].Variation);

    public int Unused => Runs.Max(static run => run[^1].Unused);

    /// <summary>How far seeds are from each other.</summary>
    public double Spread => Runs.Max(static run => run[^1].Loss) - Runs.Min(static run => run[^1].Loss);

    /// <summary>The loss at a step, between points on a straight line; in the mean over seeds.</summary>
    public double LossAt(double step) => Runs.Average(run => Between(run, step, static p => p.Step, static p => p.Loss));

    /// <summary>What it cost to come to a loss, in the mean over seeds; not a number where one never did.</summary>
    public double CostOf(double loss, Func<LanguagePoint, double> cost) => Runs.Average(run => run.FirstOrDefault(p => p.Loss <= loss) is { } point ? cost(point) : double.NaN);

    /// <summary>Why this is worse than another, where what was measured tells: what steps cost, or what seeds differ by; else empty.</summary>
    public string Against(LanguageCurves other)
    {
        double steps = Math.Min(Steps, other.Steps), own = LossAt(steps), others = other.LossAt(steps), spread = Math.Max(Spread, other.Spread);
        return own <= others ? $"the dense gate's steps cost {Text0(other.Steps - Steps)} others: after {Text0(steps)} steps each it is {Text4(own)} and {other.Name} {Text4(others)}"
            : Runs.Count > 1 && Loss - other.Loss <= spread ? $"seeds differ by {Text4(spread)}"
            : "";
    }

    /// <summary>How its experts are used and how alike they are, in the end.</summary>
    public string Experts => $"cosine {Text2(Similarity)}, unused {Unused}, variation {Text2(Variation)}";

    private static double Between(List<LanguagePoint> run, double at, Func<LanguagePoint, double> x, Func<LanguagePoint, double> y)
    {
        int after = run.FindIndex(p => x(p) >= at);
        if (after <= 0)
            return y(run[after < 0 ? ^1 : 0]);
        (LanguagePoint a, LanguagePoint b) = (run[after - 1], run[after]);
        return y(a) + (y(b) - y(a)) * (at - x(a)) / (x(b) - x(a));
    }

    public static string Text0(double number) => number.ToString("0", CultureInfo.InvariantCulture);

    public static string Text2(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Text4(double number) => number.ToString("0.0000", CultureInfo.InvariantCulture);
}
