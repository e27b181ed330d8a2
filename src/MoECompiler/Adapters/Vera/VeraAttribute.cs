namespace MoECompiler;

/// <summary>
/// Declares an adapter of <typeparamref name="TModel"/> that trains two vectors a matrix: W acts as W + diag(b) B diag(d) A. A f32[Rank, In] and
/// B f32[Out, Rank] are random, drawn from the seed as they are needed, and the same for all weights of a shape.
/// </summary>
/// <remarks>Rank + Out parameters a matrix. Source: Kopiczko et al., VeRA: Vector-based Random Matrix Adaptation, ICLR 2024.</remarks>
/// <typeparam name="TModel">A class marked <see cref="ModelAttribute">[Model]</see> of the same project.</typeparam>
public sealed class VeraAttribute<TModel> : AdapterAttribute where TModel : class
{
    /// <summary>The inner extent of the random matrices, at least 1.</summary>
    public int Rank { get; set; } = 256;

    /// <summary>What the random matrices are drawn from; 0 or more. Adapters of different seeds do not fit each other's files.</summary>
    public int Seed { get; set; }
}
