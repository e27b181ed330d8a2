namespace MoECompiler;

/// <summary>A soft mixture of experts, declared by <see cref="SoftExpertsAttribute">[SoftExperts(Width, Experts, Slots, Inner)]</see>.</summary>
public sealed class SoftExperts(
    Parameter slots,
    Parameter up,
    Parameter down,
    Parameter? scale = null,
    Parameter? gate = null,
    Parameter? upBias = null,
    Parameter? downBias = null,
    Parameter? gateBias = null)
{
    /// <summary>f32[Experts * Slots, Width], expert after expert: what a row is compared with.</summary>
    public Parameter Slots { get; } = slots;

    /// <summary>f32[1], what cosines are multiplied by; null without <see cref="SoftExpertsAttribute.Normalize"/>.</summary>
    public Parameter? Scale { get; } = scale;

    /// <summary>f32[Experts, Inner, Width].</summary>
    public Parameter Up { get; } = up;

    /// <summary>f32[Experts, Width, Inner].</summary>
    public Parameter Down { get; } = down;

    /// <summary>f32[Experts, Inner, Width]; null for two-layer experts.</summary>
    public Parameter? Gate { get; } = gate;

    /// <summary>f32[Experts, Inner]; null without biases.</summary>
    public Parameter? UpBias { get; } = upBias;

    /// <summary>f32[Experts, Width]; null without biases.</summary>
    public Parameter? DownBias { get; } = downBias;

    /// <summary>f32[Experts, Inner]; null without biases, and for two-layer experts.</summary>
    public Parameter? GateBias { get; } = gateBias;

    /// <summary>f32[B, T, Width] gives f32[B, T, Width].</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("SoftExperts.Forward");
}
