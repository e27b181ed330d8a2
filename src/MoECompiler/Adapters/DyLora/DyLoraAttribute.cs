namespace MoECompiler;

/// <summary>
/// Declares a low-rank adapter of <typeparamref name="TModel"/> that is trained at all ranks at once and used at any: W acts as
/// W + Alpha / b * B A of the first b rows of A and columns of B. Each training step draws b; <see cref="DyLoraFactors.ServeRank"/> chooses it
/// otherwise, at first Rank.
/// </summary>
/// <remarks>
/// Rank * (In + Out) parameters a matrix. Source: Valipour et al., DyLoRA: Parameter-Efficient Tuning of Pre-trained Models using Dynamic
/// Search-Free Low-Rank Adaptation, EACL 2023.
/// </remarks>
/// <typeparam name="TModel">A class marked <see cref="ModelAttribute">[Model]</see> of the same project.</typeparam>
public sealed class DyLoraAttribute<TModel> : AdapterAttribute where TModel : class
{
    /// <summary>The greatest rank, at least 1.</summary>
    public int Rank { get; set; } = 8;

    /// <summary>The least rank that a training step draws, from 1 to Rank.</summary>
    public int LeastRank { get; set; } = 1;

    /// <summary>The change is multiplied by Alpha over the rank in use. 0 stands for Rank.</summary>
    public float Alpha { get; set; }
}
