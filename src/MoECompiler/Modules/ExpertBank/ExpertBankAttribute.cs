namespace MoECompiler;

/// <summary>
/// Declares experts that compute every row, for gates to mix: y[e] = Down[e](f(Up[e](x))). f32[B, in] gives
/// f32[experts * B, out], expert after expert.
/// </summary>
/// <param name="in">The innermost extent that comes in.</param>
/// <param name="experts">The number of experts.</param>
/// <param name="inner">The extent between the two matrices of an expert.</param>
/// <param name="out">The innermost extent that goes out.</param>
/// <remarks>
/// experts * (inner * in + inner + out * inner + out) weights. Source: Ma et al., Modeling Task Relationships in Multi-task Learning with
/// Multi-gate Mixture-of-Experts, KDD 2018.
/// </remarks>
public sealed class ExpertBankAttribute(int @in, int experts, int inner, int @out) : MemberAttribute
{
    public int In { get; } = @in;

    public int Experts { get; } = experts;

    public int Inner { get; } = inner;

    public int Out { get; } = @out;

    /// <summary>The function between the matrices.</summary>
    public Activation Activation { get; set; } = Activation.Relu;

    /// <summary>Whether the matrices have biases.</summary>
    public bool Bias { get; set; } = true;
}
