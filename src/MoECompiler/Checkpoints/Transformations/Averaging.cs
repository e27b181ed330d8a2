namespace MoECompiler.Checkpoints;

/// <summary>Experts made one, or drawn to each other, by means of their weights.</summary>
public static class Averaging
{
    /// <summary>The mean of the experts. Source: Xue et al., One Student Knows All Experts Know, 2022.</summary>
    /// <exception cref="ShapeException">They have several shapes.</exception>
    public static FeedForward Of(IReadOnlyList<FeedForward> experts) => FeedForward.Combine(experts, [.. experts.Select(_ => 1.0 / experts.Count)]);

    /// <summary>The mean weighted by how many rows chose each.</summary>
    /// <param name="experts">Of one shape.</param>
    /// <param name="load">A number for each expert, such as a model reports as <c>load</c>; not all are 0.</param>
    /// <exception cref="ArgumentException">There are not as many numbers, or they add up to nothing.</exception>
    public static FeedForward ByLoad(IReadOnlyList<FeedForward> experts, IReadOnlyList<double> load)
    {
        Loads.Check(experts.Count, load);
        double sum = load.Sum();
        return sum > 0
            ? FeedForward.Combine(experts, [.. load.Select(one => one / sum)])
            : throw new ArgumentException("No row chose any expert: there is nothing to weigh by.", nameof(load));
    }

    /// <summary>
    /// E_e becomes (1 - rate) E_e + rate * mean of the others: after each step of training, so that in the end the mean alone is as good. Source:
    /// Huang et al., Experts Weights Averaging, 2023.
    /// </summary>
    /// <param name="experts">Of one shape; at least two.</param>
    /// <param name="rate">How far an expert goes.</param>
    public static IReadOnlyList<FeedForward> TowardsOthers(IReadOnlyList<FeedForward> experts, double rate)
    {
        double other = rate / (experts.Count - 1);
        return [.. experts.Select((_, e) => FeedForward.Combine(experts, [.. experts.Select((_, i) => i == e ? 1 - rate : other)]))];
    }
}
