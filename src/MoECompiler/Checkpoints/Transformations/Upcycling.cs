namespace MoECompiler.Checkpoints;

/// <summary>
/// Experts from a dense network: each a copy of it, made different as <paramref name="Diversification"/> says. Of exact copies any choice with
/// weights that add up to 1 puts out what the dense network does. Source: Komatsuzaki et al., Sparse Upcycling, ICLR 2023.
/// </summary>
/// <param name="Experts">How many.</param>
/// <param name="Diversification">How the copies differ.</param>
/// <param name="Seed">What they differ by.</param>
public sealed record Upcycling(int Experts, Diversification Diversification, ulong Seed = 0)
{
    /// <summary>The deviation of a new router's weights.</summary>
    public const float RouterDeviation = 0.02f;

    /// <summary>Draws for the router as for an expert that no layer has.</summary>
    private const int RouterPlace = int.MaxValue;

    /// <summary>The experts.</summary>
    /// <param name="dense">The network.</param>
    /// <param name="layer">The number of the layer, which draws other numbers than the next.</param>
    public IReadOnlyList<FeedForward> From(FeedForward dense, int layer = 0) =>
        [.. Enumerable.Range(0, Experts).Select(expert => Diversification.Apply(dense, new ExpertDraw(Seed, layer, expert)))];

    /// <summary>A router to go with them, N(0, 0.02²).</summary>
    /// <param name="extents">[Experts, Width] of a router that multiplies the row.</param>
    /// <param name="layer">The number of the layer.</param>
    public Weight NewRouter(Extents extents, int layer = 0)
    {
        float[] drawn = new ExpertDraw(Seed, layer, RouterPlace).Normal(0, checked((int)extents.Count));
        return new Weight(extents, Array.ConvertAll(drawn, static x => RouterDeviation * x));
    }

    /// <summary>
    /// Takes a layer's dense network out of a checkpoint and puts the experts and the router of a <c>[RoutedExperts]</c> member in its place.
    /// </summary>
    /// <param name="weights">The checkpoint, which is changed.</param>
    /// <param name="up">The name of the dense network's module from width to inner.</param>
    /// <param name="down">The name of the one back.</param>
    /// <param name="layer">The name of the routed layer.</param>
    /// <param name="gate">The name of the gate of SwiGlu; null for none.</param>
    /// <param name="number">The number of the layer.</param>
    /// <exception cref="CheckpointException">The checkpoint has no such network.</exception>
    public void Apply(WeightSet weights, string up, string down, string layer, string? gate = null, int number = 0)
    {
        FeedForward dense = weights.Network(up, down, gate);
        weights.RemoveModules([up, down, .. gate is null ? (string[])[] : [gate]]);
        weights.SetExperts(layer, From(dense, number));
        weights[$"{layer}.router.weight"] = NewRouter(new Extents(Experts, dense.Width), number);
    }
}
