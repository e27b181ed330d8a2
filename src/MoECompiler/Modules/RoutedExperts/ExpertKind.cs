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
}
