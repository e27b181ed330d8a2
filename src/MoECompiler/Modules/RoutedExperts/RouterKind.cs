namespace MoECompiler;

/// <summary>How a router comes to its logits, one for each expert; W f32[Experts, Width] are its weights.</summary>
public enum RouterKind
{
    /// <summary>x Wᵀ. Source: Shazeer et al., Outrageously Large Neural Networks, ICLR 2017.</summary>
    Linear,

    /// <summary>tanh(x) Wᵀ. Source: Nguyen et al., Is Temperature Sample Efficient for Softmax Gaussian Mixture of Experts?, 2024.</summary>
    Bounded,

    /// <summary>
    /// The cosine of an expert's embedding and x, projected to RouterWidth columns, over a learned temperature. Source: Li et al., Sparse
    /// Mixture-of-Experts are Domain Generalizable Learners, ICLR 2023.
    /// </summary>
    Cosine,

    /// <summary>-‖x - W_e‖. Source: Nguyen et al., On Expert Estimation in Hierarchical Mixture of Experts: Beyond Softmax Gating Functions, 2024.</summary>
    Laplace,

    /// <summary>The log-density of Student's distribution around each W_e, with Freedom degrees. Source: Peel and McLachlan, 2000.</summary>
    StudentT,

    /// <summary>
    /// The log-density of a normal distribution around each W_e, with a learned weight and deviation: the exponential-family gate. Source: Xu,
    /// Jordan and Hinton, An Alternative Model for Mixtures of Experts, NIPS 1994.
    /// </summary>
    Gaussian,
}
