namespace MoECompiler.Checkpoints;

/// <summary>
/// The Inner / Experts neurons of each expert that are greatest by magnitude, side by side; the first experts give one more where that leaves some.
/// The bias of the sum is the mean of theirs.
/// </summary>
public sealed record TopKGathering : KnowledgeGathering
{
    public override FeedForward Gather(IReadOnlyList<FeedForward> experts)
    {
        int inner = experts[0].Inner, each = Share(inner, experts.Count), more = inner - each * experts.Count;
        FeedForward[] parts = [.. experts.Select((expert, e) => new NeuronPruning(each + (e < more ? 1 : 0)).ByMagnitude(expert).WithBias(1.0 / experts.Count))];
        return FeedForward.Join(parts);
    }
}
