namespace MoECompiler;

/// <summary>
/// Declares an adapter of <typeparamref name="TModel"/> that changes each target weight by a combination of random matrices of its extents,
/// W + sum_i a_i W_i. Only the coefficients a are trained and saved; in memory the change is as large as the weight. The random matrices come
/// from the seed and are the same for all weights of a shape.
/// </summary>
/// <remarks>
/// Basis parameters a matrix. Source: Nooralinejad et al., PRANC: Pseudo RAndom Networks for Compacting deep models, ICCV 2023.
/// </remarks>
/// <typeparam name="TModel">A class marked <see cref="ModelAttribute">[Model]</see> of the same project.</typeparam>
public sealed class PrancAttribute<TModel> : AdapterAttribute where TModel : class
{
    /// <summary>How many random matrices there are, at least 1.</summary>
    public int Basis { get; set; } = 256;

    /// <summary>What the random matrices are drawn from; 0 or more. Adapters of different seeds do not fit each other's files.</summary>
    public int Seed { get; set; }
}
