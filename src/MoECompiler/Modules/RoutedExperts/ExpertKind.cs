namespace MoECompiler;

/// <summary>What each expert computes.</summary>
public enum ExpertKind
{
    /// <summary>Down(f(Up(x))), f the <see cref="Activation"/>.</summary>
    TwoLayer,

    /// <summary>Down(silu(Gate(x)) * Up(x)). Source: Shazeer, GLU Variants Improve Transformer, 2020.</summary>
    SwiGlu,

    /// <summary>
    /// Down((u + 1) g sigmoid(1.702 g)), g = Gate(x), at most Clamp, u = Up(x), within -Clamp and Clamp. Source: OpenAI, gpt-oss, 2025.
    /// </summary>
    ClampedSwiGlu,

    /// <summary>
    /// Down(attention(Up(x), Key(X), Value(X))): a head of Inner columns, with its queries' matrix and that back; X is the token's sequence,
    /// whose keys and values all experts share. The layer takes f32[B, S, Width]. Source: Zhang et al., Mixture of Attention Heads, EMNLP 2022.
    /// </summary>
    AttentionHead,

    /// <summary>
    /// Down(attention(Query(X), Key(X), g Up(X))) of each of <see cref="RoutedExpertsAttribute.Groups"/> heads of Inner columns: a head has queries and
    /// keys of its own and experts for its values and for what it puts out, of which <see cref="RouterSelection.OnePerGroup"/> chooses one a token; g is its
    /// weight, a <see cref="RouterScore.Sigmoid"/> as published. The layer takes f32[B, S, Width]. Source: Csordas et al., SwitchHead: Accelerating
    /// Transformers with Mixture-of-Experts Attention, NeurIPS 2024, with one selection for both sides.
    /// </summary>
    SwitchHead,

    /// <summary>Down(f(Up(x), Gate(x))), f the <see cref="RoutedExpertsAttribute.Formula"/>.</summary>
    Custom,
}
