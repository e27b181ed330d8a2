namespace MoECompiler.Gpu.Bench;

/// <summary>
/// Contenders in turns. Other programs on the machine disturb every time, so what is reported are medians, and medians of shares and ratios
/// whose two sides were measured one right after the other.
/// </summary>
internal static class Rounds
{
    private const int Count = 9;

    /// <summary>Times everyone in each round.</summary>
    /// <param name="limit">Measures what the device can do.</param>
    /// <param name="contenders">Who is timed.</param>
    /// <returns>The limit in each round.</returns>
    public static double[] Run(Func<double> limit, params ReadOnlySpan<Contender> contenders)
    {
        foreach (Contender contender in contenders)
            contender.WarmUp();
        double[] limits = new double[Count];
        for (int round = 0; round < Count; round++)
        {
            limits[round] = limit();
            foreach (Contender contender in contenders)
                contender.Try();
        }
        return limits;
    }

    /// <summary>How many times as fast the first is.</summary>
    public static double Ratio(Contender first, Contender second) => Median(first.Seconds.Zip(second.Seconds, static (a, b) => b / a));

    /// <summary>The share of the limit that an amount of work a run comes to.</summary>
    public static double Share(Contender contender, double[] limits, double work) => Median(contender.Seconds.Zip(limits, (seconds, limit) => work / seconds / limit));

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
