namespace MoECompiler.Checkpoints;

/// <summary>
/// What the experts of a layer know, in one dense network to be trained further, by distillation say. A kind is a record in this folder.
/// Source: Xue et al., One Student Knows All Experts Know: From Sparse to Dense, 2022.
/// </summary>
public abstract record KnowledgeGathering
{
    /// <summary>A network of the experts' extents.</summary>
    /// <param name="experts">Of one shape.</param>
    /// <exception cref="ShapeException">They have several shapes, or too few neurons or values for each to give some.</exception>
    public abstract FeedForward Gather(IReadOnlyList<FeedForward> experts);

    /// <summary>The share of each expert in what is chosen from all of them.</summary>
    private protected static int Share(int extent, int experts) => extent >= experts
        ? extent / experts
        : throw new ShapeException($"{experts} experts have no equal parts of {extent}.");
}

/// <summary>The sum of the experts, tensor by tensor.</summary>
public sealed record SumGathering : KnowledgeGathering
{
    public override FeedForward Gather(IReadOnlyList<FeedForward> experts) => FeedForward.Combine(experts, [.. experts.Select(static _ => 1.0)]);
}

/// <summary>The mean of the experts, tensor by tensor.</summary>
public sealed record AverageGathering : KnowledgeGathering
{
    public override FeedForward Gather(IReadOnlyList<FeedForward> experts) => Averaging.Of(experts);
}
