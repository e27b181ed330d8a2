namespace MoECompiler.Checkpoints;

/// <summary>
/// Experts as what they have in common and what each adds to it: E_e = Core + R_e, tensor by tensor. The core is frozen where it is trained on,
/// and the sum is what a model serves with. Source: Wu et al., Residual Mixture of Experts, 2022.
/// </summary>
/// <param name="Core">What all experts have in common.</param>
/// <param name="Residuals">What each adds.</param>
public sealed record CoreAndResiduals(FeedForward Core, IReadOnlyList<FeedForward> Residuals)
{
    /// <summary>Experts taken apart.</summary>
    /// <param name="experts">Of one shape.</param>
    /// <param name="core">What they have in common; null for their mean.</param>
    /// <exception cref="ShapeException">They have several shapes.</exception>
    public static CoreAndResiduals Of(IReadOnlyList<FeedForward> experts, FeedForward? core = null)
    {
        core ??= Averaging.Of(experts);
        return new CoreAndResiduals(core, [.. experts.Select(expert => FeedForward.Combine([expert, core], [1, -1]))]);
    }

    /// <summary>The experts, to within the rounding of two additions.</summary>
    public IReadOnlyList<FeedForward> Merge() => [.. Residuals.Select(residual => FeedForward.Combine([Core, residual], [1, 1]))];
}
