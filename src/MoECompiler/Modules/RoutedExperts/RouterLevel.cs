namespace MoECompiler;

/// <summary>How much of a sequence a router looks at to route one of its rows.</summary>
public enum RouterLevel
{
    /// <summary>The row alone.</summary>
    Token,

    /// <summary>
    /// The mean of the sequence: all its rows go to the same experts. The layer takes f32[B, T, Width], and may not be one that must not look
    /// ahead. Source: Kudugunta et al., Beyond Distillation: Task-level Mixture-of-Experts for Efficient Inference, 2021.
    /// </summary>
    Sequence,

    /// <summary>
    /// The row and after it the mean of its sequence: a router of 2 Width columns. As <see cref="Sequence"/> otherwise. Source: Mu and Lin, A
    /// Comprehensive Survey of Mixture-of-Experts, 2025, section II-C.
    /// </summary>
    Context,

    /// <summary>
    /// The row and after it a state carried along its sequence, h_t = a h_{t-1} + (1 - a) x_t with a learned a for each column: a router of 2 Width
    /// columns that looks back and never ahead. The layer takes f32[B, T, Width].
    /// </summary>
    Recurrent,

    /// <summary>
    /// The row and after it the state of a gated recurrent unit of <see cref="RoutedExpertsAttribute.RouterWidth"/> columns along its sequence, which
    /// keeps and forgets as it learns to: a router of Width + RouterWidth columns that looks back and never ahead. The layer takes f32[B, T, Width].
    /// Source: Cho et al., Learning Phrase Representations using RNN Encoder-Decoder, EMNLP 2014.
    /// </summary>
    GatedRecurrent,
}
