namespace MoECompiler;

/// <summary>
/// Declares a soft mixture of experts: each expert computes so many slots of a sequence, each a mean of all its rows, and each row is a mean of all
/// slots' results. Nothing is chosen and nothing dropped. f32[B, T, width] gives f32[B, T, width].
/// </summary>
/// <param name="width">The innermost extent, of what comes in and of what goes out.</param>
/// <param name="experts">The number of experts.</param>
/// <param name="slots">How many slots of a sequence each of them computes.</param>
/// <param name="inner">The extent between the two matrices of an expert.</param>
/// <remarks>
/// experts * (2 * inner * width + slots * width) weights, with SwiGlu experts * (3 * inner * width + slots * width), and one for the scale. What a row
/// becomes depends on all rows of its sequence: not for a model that may not look ahead. Source: Puigcerver et al., From Sparse to Soft Mixtures of
/// Experts, ICLR 2024.
/// </remarks>
public sealed class SoftExpertsAttribute(int width, int experts, int slots, int inner) : MemberAttribute
{
    public int Width { get; } = width;

    public int Experts { get; } = experts;

    public int Slots { get; } = slots;

    public int Inner { get; } = inner;

    /// <summary>What each expert computes.</summary>
    public ExpertKind Kind { get; set; } = ExpertKind.TwoLayer;

    /// <summary>The function between the matrices of a two-layer expert.</summary>
    public Activation Activation { get; set; } = Activation.Relu;

    /// <summary>The bound on what a clamped expert multiplies.</summary>
    public float Clamp { get; set; } = 7f;

    /// <summary>Whether the experts' matrices have biases.</summary>
    public bool Bias { get; set; }

    /// <summary>
    /// Whether logits are the cosines of rows and slots, times a learned scale, which wide models need to train. Else they are the products.
    /// </summary>
    public bool Normalize { get; set; } = true;
}
