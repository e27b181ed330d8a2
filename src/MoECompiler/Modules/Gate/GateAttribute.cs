namespace MoECompiler;

/// <summary>
/// Declares a task's mixture of the experts of a bank, y = sum over e of softmax(x W^T)[e] * bank[e].
/// f32[B, in] and f32[experts * B, out] give f32[B, out].
/// </summary>
/// <param name="in">The innermost extent of x.</param>
/// <param name="experts">The number of experts in the bank.</param>
/// <remarks>
/// experts * in weights. Source: Ma et al., Modeling Task Relationships in Multi-task Learning with Multi-gate Mixture-of-Experts, KDD 2018.
/// </remarks>
public sealed class GateAttribute(int @in, int experts) : MemberAttribute
{
    public int In { get; } = @in;

    public int Experts { get; } = experts;
}
