namespace MoECompiler.Ops;

/// <summary>The normal density of a distance, psi = exp(-z^2 / 2) / (sqrt(2 pi) sigma) with z = (D - mu) / sigma and sigma = |s| + <see cref="Least"/>.</summary>
internal static class Bell
{
    /// <summary>The least deviation.</summary>
    public const float Least = 1e-3f;

    /// <summary>1 / sqrt(2 pi).</summary>
    public const float Height = 0.3989423f;
}
