namespace MoECompiler;

/// <summary>
/// Declares an adapter of <typeparamref name="TModel"/> that changes direction and magnitude apart: each row of W acts as m V / |V| with
/// V = W + Alpha / Rank * B A. A f32[Rank, In], B f32[Out, Rank] and the magnitudes m f32[Out] are trained.
/// </summary>
/// <remarks>Rank * (In + Out) + Out parameters a matrix. Source: Liu et al., DoRA: Weight-Decomposed Low-Rank Adaptation, ICML 2024.</remarks>
/// <typeparam name="TModel">A class marked <see cref="ModelAttribute">[Model]</see> of the same project.</typeparam>
public sealed class DoraAttribute<TModel> : AdapterAttribute where TModel : class
{
    /// <summary>The inner extent of the two factors, at least 1.</summary>
    public int Rank { get; set; } = 8;

    /// <summary>The change is multiplied by Alpha / Rank. 0 stands for Rank: a factor of 1.</summary>
    public float Alpha { get; set; }

    /// <summary>The change is multiplied by Alpha / sqrt(Rank) instead.</summary>
    public bool RankStabilized { get; set; }

    /// <summary>
    /// The norm is a constant to the gradients of A and B, as in PEFT: somewhat less work, and next to the same results. Else the gradients are
    /// those of the formula.
    /// </summary>
    public bool DetachNorm { get; set; }
}
