namespace MoECompiler;

/// <summary>How a router comes to its decision: most by logits, one for each expert; W f32[Experts, Width] are its weights.</summary>
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

    /// <summary>
    /// log softmax(x Vᵀ) of the expert's group, one of Groups equal parts, + log softmax(x Wᵀ) within the group: first a group, then an expert of it.
    /// Source: Jordan and Jacobs, Hierarchical Mixtures of Experts and the EM Algorithm, 1994.
    /// </summary>
    Hierarchical,

    /// <summary>
    /// W[id], learned logits of each id: of a task, a modality, a language pair. Ids are the layer's second argument, one a row or one a
    /// sample. Source: Kudugunta et al., Beyond Distillation: Task-level Mixture-of-Experts for Efficient Inference, 2021.
    /// </summary>
    Table,

    /// <summary>x Wᵀ + C[id], of a row and of an id that says what is known of it: with 8 attributes, yes or no each, one of 256.</summary>
    Conditioned,

    /// <summary>
    /// TopK different experts are drawn for each id, from RouterSeed, once and for all; each weighs 1 / TopK and nothing is learned. Ids are the
    /// layer's second argument, one a row. Source: Roller et al., Hash Layers for Large Sparse Models, NeurIPS 2021.
    /// </summary>
    Hash,

    /// <summary>The rows go to the experts in turn; each weighs 1 / TopK.</summary>
    Cyclic,

    /// <summary>
    /// TopK different experts at random, in each step of training anew; outside of it in turn. Each weighs 1 / TopK. Source: Zuo et al., Taming
    /// Sparsely Activated Transformer with Stochastic Experts, ICLR 2022.
    /// </summary>
    Random,

    /// <summary>
    /// All rows go to the first expert; TopK is 1: a dense layer whose weights are those of a mixture. Source: Nie et al., EvoMoE, 2021, whose
    /// training begins so.
    /// </summary>
    First,
}
