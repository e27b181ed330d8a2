namespace MoECompiler.Checkpoints;

/// <summary>
/// round(Ratio * Inner) neurons of each expert, the same of all its matrices, are drawn anew from N(mean, deviation²) of what they were in each.
/// Source: Nakamura et al., Drop-Upcycling, ICLR 2025, where Ratio is 0.5.
/// </summary>
/// <param name="Ratio">How many neurons begin anew.</param>
public sealed record PartialReinitialization(float Ratio) : Diversification
{
    public float Ratio { get; } = Share(Ratio, nameof(Ratio));

    public override FeedForward Apply(FeedForward dense, ExpertDraw draw)
    {
        int inner = dense.Inner;
        float[] order = draw.Uniform(dense.Parts.Count, inner);
        int[] neurons = [.. Enumerable.Range(0, inner).OrderBy(neuron => order[neuron]).Take((int)MathF.Round(Ratio * inner)).Order()];
        if (neurons.Length == 0)
            return dense;
        HashSet<int> isNew = [.. neurons];
        FeedForward dropped = dense.Neurons(neurons);
        return MapMatrices(dense, (part, place, weight) =>
        {
            Weight before = dropped.Parts[part];
            (float mean, float deviation) = ((float)before.Mean, (float)before.Deviation);
            float[] drawn = draw.Normal(place, weight.Elements.Length);
            int columns = weight.Extents.Columns;
            bool isDown = FeedForward.InnerAxis(part) == 1;
            return weight.Map((x, i) => isNew.Contains(isDown ? i % columns : i / columns) ? mean + deviation * drawn[i] : x);
        });
    }
}
