namespace MoECompiler;

/// <summary>Experts for gates to mix, declared by <see cref="ExpertBankAttribute">[ExpertBank(In, Experts, Inner, Out)]</see>.</summary>
public sealed class ExpertBank(Parameter up, Parameter down, Parameter? upBias = null, Parameter? downBias = null)
{
    /// <summary>f32[Experts, Inner, In].</summary>
    public Parameter Up { get; } = up;

    /// <summary>f32[Experts, Out, Inner].</summary>
    public Parameter Down { get; } = down;

    /// <summary>f32[Experts, Inner]; null without biases.</summary>
    public Parameter? UpBias { get; } = upBias;

    /// <summary>f32[Experts, Out]; null without biases.</summary>
    public Parameter? DownBias { get; } = downBias;

    /// <summary>f32[B, In] gives f32[Experts * B, Out], expert after expert.</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("ExpertBank.Forward");
}
