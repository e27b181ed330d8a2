namespace MoECompiler;

/// <summary>Declares a root-mean-square normalization, y = x / sqrt(mean(x^2) + epsilon) * w. f32[..., width] gives f32[..., width].</summary>
/// <param name="width">The innermost extent.</param>
/// <remarks>width weights, from 1 on. Source: Zhang and Sennrich, Root Mean Square Layer Normalization, NeurIPS 2019.</remarks>
public sealed class RmsNormAttribute(int width) : MemberAttribute
{
    public int Width { get; } = width;

    /// <summary>What keeps a row of zeroes finite.</summary>
    public float Epsilon { get; set; } = 1e-6f;
}
