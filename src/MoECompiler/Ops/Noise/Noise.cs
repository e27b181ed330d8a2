namespace MoECompiler.Ops;

/// <summary>The distribution that noise is drawn from.</summary>
public enum NoiseKind
{
    /// <summary>N(0, 1).</summary>
    Normal,

    /// <summary>U[0, 1).</summary>
    Uniform,

    /// <summary>Gumbel(0, 1): -log(-log(U)).</summary>
    Gumbel,
}

/// <summary>Random numbers of the operand's shape, from the counter (site, step, index).</summary>
/// <param name="Kind">The distribution.</param>
/// <param name="Site">The number of this random site in its model.</param>
public sealed partial record Noise(NoiseKind Kind, int Site) : Op
{
    public override string Arguments => $"Kind: NoiseKind.{Kind}, Site: {Site}";

    public override bool IsRandom => true;

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0]];
}
