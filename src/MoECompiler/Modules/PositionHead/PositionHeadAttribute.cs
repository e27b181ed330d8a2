namespace MoECompiler;

/// <summary>
/// Declares a vector in space for each point, made of the directions to the others: what attention pays a pair times its unit vector, times a number
/// of the other point for each axis. It is what predicts the noise of coordinates. f32[B, S, width], a bias f32[B, heads, S, S], coordinates
/// f32[B, S, 3] and which of them are known, f32[B, S], give f32[B, S, 3].
/// </summary>
/// <param name="width">The columns of what comes in.</param>
/// <param name="heads">How many heads.</param>
/// <remarks>
/// 3 * width * (width + 2) + 3 weights. What comes out does not change when all points are moved together. Source: Wu et al.,
/// Structure-Enhanced Protein Instruction Tuning, KDD 2025; the head is that of Shi et al., Benchmarking Graphormer on Large-Scale Molecular Modeling
/// Datasets, 2022.
/// </remarks>
public sealed class PositionHeadAttribute(int width, int heads) : MemberAttribute
{
    public int Width { get; } = width;

    public int Heads { get; } = heads;

    /// <summary>
    /// Whether all axes have one projection, without a bias: then what comes out turns with the points. As published each axis has its own, and it
    /// does not. 3 * width * (width + 1) + width weights.
    /// </summary>
    public bool Equivariant { get; set; }
}
