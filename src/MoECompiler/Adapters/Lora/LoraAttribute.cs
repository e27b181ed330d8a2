namespace MoECompiler;

/// <summary>
/// Declares a low-rank adapter of <typeparamref name="TModel"/>: each target weight W f32[Out, In] acts as W + Alpha / Rank * B A, with
/// A f32[Rank, In] and B f32[Out, Rank] trained and W frozen; of experts f32[E, Out, In] each has factors of its own.
/// </summary>
/// <remarks>Rank * (In + Out) parameters a matrix. Source: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, ICLR 2022.</remarks>
/// <typeparam name="TModel">A class marked <see cref="ModelAttribute">[Model]</see> of the same project.</typeparam>
public sealed class LoraAttribute<TModel> : AdapterAttribute where TModel : class
{
    /// <summary>The inner extent of the two factors, at least 1.</summary>
    public int Rank { get; set; } = 8;

    /// <summary>The change is multiplied by Alpha / Rank. 0 stands for Rank: a factor of 1.</summary>
    public float Alpha { get; set; }

    /// <summary>
    /// The change is multiplied by Alpha / sqrt(Rank) instead, which keeps gradients of one size whatever the rank. Source: Kalajdzievski, A Rank
    /// Stabilization Scaling Factor for Fine-Tuning with LoRA, 2023.
    /// </summary>
    public bool RankStabilized { get; set; }

    /// <summary>
    /// A stays as it was drawn, and B alone is trained: Rank * Out trained parameters a matrix. Source: Zhang et al., LoRA-FA, 2023.
    /// </summary>
    public bool FreezeA { get; set; }
}
