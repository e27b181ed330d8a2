namespace MoECompiler;

/// <summary>What a router makes of its logits.</summary>
public enum RouterScore
{
    /// <summary>exp(x) / sum(exp(x)): the experts' shares of a row add up to 1. Source: Shazeer et al., Outrageously Large Neural Networks, ICLR 2017.</summary>
    Softmax,

    /// <summary>1 / (1 + exp(-x)): each expert is scored by itself. Source: DeepSeek-V3 Technical Report, 2024.</summary>
    Sigmoid,

    /// <summary>sqrt(log(1 + exp(x))): each expert is scored by itself. Source: DeepSeek-V4, 2026.</summary>
    SqrtSoftplus,

    /// <summary>Phi(x), the normal distribution function: each expert is scored by itself. Source: Geweke and Keane, Smoothly Mixing Regressions, 2007.</summary>
    Probit,
}
