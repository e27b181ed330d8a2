namespace MoECompiler;

/// <summary>
/// Declares a layer normalization, y = (x - mean) / sqrt(variance + epsilon) * w + b, mean and variance those of the row.
/// f32[..., width] gives f32[..., width].
/// </summary>
/// <param name="width">The innermost extent.</param>
/// <remarks>2 * width weights, from 1 and 0 on. Source: Ba et al., Layer Normalization, 2016.</remarks>
public sealed class LayerNormAttribute(int width) : MemberAttribute
{
    public int Width { get; } = width;

    /// <summary>What keeps a row of equal elements finite.</summary>
    public float Epsilon { get; set; } = 1e-5f;
}
