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

    /// <summary>Down(f(Up(x), Gate(x))), f the <see cref="RoutedExpertsAttribute.Formula"/>.</summary>
    Custom,
}
