namespace MoECompiler;

/// <summary>A task's mixture of the experts of a bank, declared by <see cref="GateAttribute">[Gate(In, Experts)]</see>.</summary>
public sealed class Gate(Parameter weight)
{
    /// <summary>f32[Experts, In].</summary>
    public Parameter Weight { get; } = weight;

    /// <summary>f32[B, In] and f32[Experts * B, Out] give f32[B, Out].</summary>
    /// <param name="x">What the gate decides by.</param>
    /// <param name="bank">What <see cref="ExpertBank.Forward"/> gave.</param>
    public Tensor Forward(Tensor x, Tensor bank) => throw Declaration.NeverRuns("Gate.Forward");
}
