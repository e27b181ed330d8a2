using System.Globalization;
using System.Text;

namespace MoECompiler.Training;

/// <summary>What the router of one layer did with the rows of a step, or of a whole evaluation.</summary>
public sealed record RoutedLayer
{
    private const string Suffix = ".load";

    /// <summary>The member, such as <c>First</c>; of repeated layers <c>Blocks[2].Mlp</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How many slots chose each expert, dropped ones among them: the histogram of experts. Of a gate that mixes all of them, their weights' sums.</summary>
    public required IReadOnlyList<double> Load { get; init; }

    /// <summary>How even the load is.</summary>
    public LoadStatistics Statistics => LoadStatistics.Of(Load);

    /// <summary>The share of slots that passed by an expert that was full; null for a layer without a capacity.</summary>
    public double? Dropped { get; init; }

    /// <summary>The share of rows that no expert computed; null where each has one.</summary>
    public double? Uncovered { get; init; }

    /// <summary>How many experts a row has, in the mean; null where all choose as many, in every phase of a training.</summary>
    public double? ExpertsPerRow { get; init; }

    /// <summary>The mean entropy of a row's scores, in nats; null where neither <c>ReportEntropy</c> nor <c>EntropyLoss</c> asks for it.</summary>
    public double? GateEntropy { get; init; }

    /// <summary>The layer's terms of the loss, each before its coefficient.</summary>
    public required IReadOnlyList<MetricValue> Losses { get; init; }

    /// <summary>The routed layers among a model's metrics, in their order.</summary>
    public static IReadOnlyList<RoutedLayer> In(IReadOnlyList<MetricValue> metrics) =>
        [.. metrics.Where(static metric => metric.Name.EndsWith(Suffix, StringComparison.Ordinal)).Select(load => Of(load, metrics))];

    /// <summary>A line: <c>Blocks[2].Mlp: load 20 30 50 %, variation 0.37, entropy 1.03, ...; 0.01 x balance 1.04</c>.</summary>
    public override string ToString()
    {
        double sum = Load.Sum();
        LoadStatistics even = Statistics;
        StringBuilder line = new();
        Append($"{Name}: load {string.Join(' ', Load.Select(rows => Percent(sum > 0 ? rows / sum : 0)))} %, variation {even.CoefficientOfVariation:0.00}");
        Append($", entropy {even.Entropy:0.00}, peak {even.Peak:0.00}, unused {even.Unused}, top fifth {Percent(even.TopShare)} %, bottom fifth {Percent(even.BottomShare)} %");
        if (Dropped is { } dropped)
            Append($", dropped {100 * dropped:0.0} %");
        if (Uncovered is { } uncovered)
            Append($", uncovered {100 * uncovered:0.0} %");
        if (ExpertsPerRow is { } experts)
            Append($", {experts:0.00} experts a row");
        if (GateEntropy is { } entropy)
            Append($", gate entropy {entropy:0.00}");
        for (int i = 0; i < Losses.Count; i++)
            Append($"{(i == 0 ? "; " : ", ")}{Losses[i].Coefficient:0.######} x {Losses[i].Name[(Name.Length + 1)..]} {Losses[i].Value:0.0000}");
        return line.ToString();

        void Append(FormattableString text) => line.Append(text.ToString(CultureInfo.InvariantCulture));

        static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture);
    }

    private static RoutedLayer Of(MetricValue load, IReadOnlyList<MetricValue> metrics)
    {
        string name = load.Name[..^Suffix.Length];
        return new RoutedLayer
        {
            Name = name,
            Load = load.Values,
            Dropped = Find("dropped"),
            Uncovered = Find("uncovered"),
            ExpertsPerRow = Find("experts"),
            GateEntropy = Find("entropy"),
            Losses = [.. metrics.Where(metric => metric.Coefficient != 0 && metric.Name.StartsWith($"{name}.", StringComparison.Ordinal))],
        };

        double? Find(string measure) => metrics.FirstOrDefault(metric => metric.Name == $"{name}.{measure}")?.Value;
    }
}
