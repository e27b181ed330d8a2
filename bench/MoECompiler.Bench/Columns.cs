using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace MoECompiler.Bench;

/// <summary>A column computed from a case and its mean time.</summary>
internal sealed class CaseColumn(string name, string legend, Func<Case, double, string> text) : IColumn
{
    public static CaseColumn Rate { get; } = new("Rate", "Operations or bytes in the mean time", static (c, seconds) => c.Work.Rate(seconds));

    public static CaseColumn Share { get; } = new(
        "Share of limit",
        "The rate as a share of the FMA peak or of the copy bandwidth, measured before and after on the same threads",
        static (c, seconds) => c.Best > 0 ? $"{c.Work.Amount / seconds / c.Best:P0}" : "?");

    public string Id => name;

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
        return nanoseconds is { } mean && benchmarkCase.Parameters[nameof(Family.Case)] is Case @case ? text(@case, mean * 1e-9) : "-";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
}
