namespace MoECompiler.Checkpoints;

/// <summary>E_e = E + Scale * deviation(E) * N(0, 1), the deviation of each matrix. Source: Nie et al., EvoMoE, 2021 (expert diversification).</summary>
/// <param name="Scale">In parts of the deviation; not negative.</param>
public sealed record AddedNoise(float Scale) : Diversification
{
    public float Scale { get; } = Scale >= 0 && float.IsFinite(Scale) ? Scale : throw new ArgumentOutOfRangeException(nameof(Scale), Scale, "A scale of noise is not negative.");

    public override FeedForward Apply(FeedForward dense, ExpertDraw draw) => MapMatrices(dense, (_, place, weight) =>
    {
        float[] drawn = draw.Normal(place, weight.Elements.Length);
        float deviation = Scale * (float)weight.Deviation;
        return weight.Map((x, i) => x + deviation * drawn[i]);
    });
}
