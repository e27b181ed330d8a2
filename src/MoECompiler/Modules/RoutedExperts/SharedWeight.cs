namespace MoECompiler;

/// <summary>What shared experts count for beside the routed ones.</summary>
public enum SharedWeight
{
    /// <summary>1.</summary>
    One,

    /// <summary>sigmoid(x w): each row says how much. Source: Qwen2-MoE, 2024.</summary>
    Sigmoid,

    /// <summary>
    /// The first of the two shares of softmax(x Wᵀ), and the routed ones the second. Source: Jin et al., MoH: Multi-Head Attention as Mixture-of-Head
    /// Attention, 2024, with as much for each of the shared heads.
    /// </summary>
    Softmax,
}
