namespace MoECompiler.Soak;

/// <summary>Whether what was held stayed what it was once all was warm.</summary>
internal static class Verdict
{
    /// <summary>
    /// What grew: the median of the last quarter beside that of the first quarter after the warm-up, by more than noise. Medians, as a
    /// round now and then holds more for a moment.
    /// </summary>
    /// <param name="taken">After each round, the warm-up left out.</param>
    public static IEnumerable<string> Growth(IReadOnlyList<Footprint> taken)
    {
        int quarter = Math.Max(1, taken.Count / 4);
        foreach ((string name, long before, double share, long slack) in Medians(taken.Take(quarter)))
        {
            long after = Medians(taken.TakeLast(quarter)).First(part => part.Name == name).Value;
            if (after - before > Math.Max(slack, (long)(before * share)))
                yield return $"the {name} grew from {before:N0} to {after:N0}";
        }
    }

    private static IEnumerable<(string Name, long Value, double Share, long Slack)> Medians(IEnumerable<Footprint> taken) => taken
        .SelectMany(static footprint => footprint.Parts)
        .GroupBy(static part => part.Name)
        .Select(static same => same.OrderBy(static part => part.Value).ElementAt(same.Count() / 2));
}
