namespace MoECompiler;

/// <summary>
/// Declares an adapter of <typeparamref name="TModel"/> that stores a few hundred numbers a matrix, whatever the matrix's extents: the factors of
/// W + Alpha / Rank * B A are combinations of random matrices, A = A0 + sum_i a_i A_i and B = sum_j b_j B_j, which are drawn from the seed as
/// they are needed, the same on every device. Only the coefficients a and b are trained and saved.
/// </summary>
/// <remarks>
/// BasisA + BasisB parameters a matrix. Source: Koohpayegani et al., NOLA: Compressing LoRA using Linear Combination of Random Basis, ICLR 2024.
/// </remarks>
/// <typeparam name="TModel">A class marked <see cref="ModelAttribute">[Model]</see> of the same project.</typeparam>
public sealed class NolaAttribute<TModel> : AdapterAttribute where TModel : class
{
    /// <summary>The inner extent of the two factors, at least 1.</summary>
    public int Rank { get; set; } = 8;

    /// <summary>How many random matrices A is made of, at least 1.</summary>
    public int BasisA { get; set; } = 256;

    /// <summary>How many random matrices B is made of, at least 1.</summary>
    public int BasisB { get; set; } = 256;

    /// <summary>The change is multiplied by Alpha / Rank. 0 stands for Rank: a factor of 1.</summary>
    public float Alpha { get; set; }

    /// <summary>What the random matrices are drawn from; 0 or more. Adapters of different seeds do not fit each other's files.</summary>
    public int Seed { get; set; }

    /// <summary>Which weights have a basis in common.</summary>
    public NolaShare Share { get; set; }

    /// <summary>What a new adapter is.</summary>
    public NolaStart Start { get; set; }
}

/// <summary>Which weights have a basis in common.</summary>
public enum NolaShare
{
    /// <summary>All whose factors have the same extents, layers and experts among them: each basis is drawn once a step for all of them.</summary>
    PerShape,

    /// <summary>None: each matrix has a basis of its own.</summary>
    PerMatrix,
}

/// <summary>What a new adapter is.</summary>
public enum NolaStart
{
    /// <summary>All coefficients are 0, and A0 is random as in LoRA: nothing changes, and the coefficients of B have a gradient.</summary>
    Zero,

    /// <summary>All coefficients are 1 over their number and there is no A0: a small random change.</summary>
    Uniform,
}
