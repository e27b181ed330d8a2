namespace MoECompiler.Training;

/// <summary>How evenly the experts of a layer are used: of the numbers that a metric such as <c>First.load</c> has, the slots that chose each expert.</summary>
/// <param name="CoefficientOfVariation">Deviation over mean: 0 where all have as many, sqrt(experts - 1) where one has all.</param>
/// <param name="Entropy">Of the shares, in nats: log(experts) where all have as many, 0 where one has all.</param>
/// <param name="Peak">The greatest load over the mean: from 1 to the number of experts.</param>
/// <param name="Unused">How many experts nothing chose.</param>
/// <param name="TopShare">The share of the slots that the fifth of the experts with the most has, at least one expert.</param>
/// <param name="BottomShare">The share of the slots that as many experts with the fewest have.</param>
/// <remarks>Without any slot all are 0, and every expert is unused. Source: the monitoring of Nie et al., EvoMoE, 2021, and Riquelme et al., V-MoE, 2021.</remarks>
public readonly record struct LoadStatistics(double CoefficientOfVariation, double Entropy, double Peak, int Unused, double TopShare, double BottomShare)
{
    /// <param name="load">One number an expert, none below 0.</param>
    /// <exception cref="ArgumentException">There is none, or one is below 0 or not finite.</exception>
    public static LoadStatistics Of(IReadOnlyList<double> load)
    {
        if (load.Count == 0 || load.Any(static rows => !(rows >= 0 && double.IsFinite(rows))))
            throw new ArgumentException($"A load is one number an expert, none below 0; found [{string.Join(", ", load)}].", nameof(load));
        int unused = load.Count(static rows => rows == 0);
        double mean = load.Average();
        if (mean == 0)
            return new LoadStatistics(0, 0, 0, unused, 0, 0);
        double variance = load.Average(rows => (rows - mean) * (rows - mean));
        double sum = mean * load.Count;
        double entropy = -load.Where(static rows => rows > 0).Sum(rows => rows / sum * Math.Log(rows / sum));
        double[] sorted = [.. load.Order()];
        int fifth = (load.Count + 4) / 5;
        return new LoadStatistics(
            Math.Sqrt(variance) / mean, entropy, load.Max() / mean, unused, sorted.TakeLast(fifth).Sum() / sum, sorted.Take(fifth).Sum() / sum);
    }
}
