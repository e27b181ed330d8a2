namespace MoECompiler.Checkpoints;

/// <summary>
/// E_e = M_e * E, elementwise: each element of M_e is 0 with probability Ratio, else 1, or 1 / (1 - Ratio) where the sum's expectation is to stay.
/// Source: Nie et al., EvoMoE, 2021 (expert diversification).
/// </summary>
/// <param name="Ratio">How many weights are 0.</param>
/// <param name="IsRescaled">Whether the others grow by what these were.</param>
public sealed record RandomMask(float Ratio, bool IsRescaled = false) : Diversification
{
    public float Ratio { get; } = Share(Ratio, nameof(Ratio));

    public override FeedForward Apply(FeedForward dense, ExpertDraw draw)
    {
        float scale = IsRescaled ? 1 / (1 - Ratio) : 1;
        return MapMatrices(dense, (_, place, weight) =>
        {
            float[] drawn = draw.Uniform(place, weight.Elements.Length);
            return weight.Map((x, i) => drawn[i] < Ratio ? 0 : x * scale);
        });
    }
}
