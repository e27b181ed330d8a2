namespace MoECompiler;

/// <summary>Tables of which experts an id may have, for <see cref="RouterMask.Table"/>.</summary>
public static class ExpertMask
{
    /// <summary>The site of <see cref="Philox"/> for draws.</summary>
    private const int Site = -6;

    /// <summary>
    /// Few experts for rare ids, so that each of their few occurrences teaches the same ones, and all for frequent ids.
    /// </summary>
    /// <param name="counts">How often each id occurs.</param>
    /// <param name="experts">E.</param>
    /// <param name="frequentShare">Frequent are the most frequent ids that make up this share of all occurrences, the last one included: 0 to 1.</param>
    /// <param name="rareExperts">How many experts a rare id may have, drawn by the seed.</param>
    /// <param name="seed">What they are drawn from.</param>
    /// <returns>counts.Count * experts numbers, a row an id: 1 or 0.</returns>
    /// <remarks>Source: Su et al., MaskMoE: Boosting Token-Level Learning via Routing Mask in Mixture-of-Experts, 2024.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The share is no share, a count is below 0, or there are not so many experts.</exception>
    public static float[] ByFrequency(IReadOnlyList<long> counts, int experts, double frequentShare, int rareExperts = 1, ulong seed = 0)
    {
        if (!(frequentShare is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(frequentShare), frequentShare, "A share is from 0 to 1.");
        if (rareExperts < 1 || rareExperts > experts)
            throw new ArgumentOutOfRangeException(nameof(rareExperts), rareExperts, $"An id may have from 1 to {experts} experts.");
        if (counts.Any(static count => count < 0))
            throw new ArgumentOutOfRangeException(nameof(counts), counts.Min(), "No id occurs less than 0 times.");

        float[] mask = new float[counts.Count * experts];
        double bound = frequentShare * counts.Sum(), sum = 0;
        // The order is stable: of ids that are as frequent the lower come first.
        foreach (int id in Enumerable.Range(0, counts.Count).OrderByDescending(id => counts[id]))
        {
            bool isFrequent = counts[id] > 0 && sum < bound;
            sum += counts[id];
            RandomState random = new(seed, id);
            IEnumerable<int> visible = Enumerable.Range(0, experts);
            if (!isFrequent)
                visible = visible.OrderBy(expert => Philox.Word(random, Site, expert)).Take(rareExperts);
            foreach (int expert in visible)
                mask[id * experts + expert] = 1;
        }
        return mask;
    }
}
