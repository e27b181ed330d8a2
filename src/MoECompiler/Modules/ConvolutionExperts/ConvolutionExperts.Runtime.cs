namespace MoECompiler;

/// <summary>A mixture of convolutions, declared by <see cref="ConvolutionExpertsAttribute">[ConvolutionExperts(In, Out, Kernel, Experts, TopK)]</see>.</summary>
public sealed class ConvolutionExperts(Parameter weight, Parameter router, Parameter? bias = null, Parameter? noise = null)
{
    /// <summary>f32[Experts, Out, In, Kernel, Kernel].</summary>
    public Parameter Weight { get; } = weight;

    /// <summary>f32[Experts, In * Kernel * Kernel].</summary>
    public Parameter Router { get; } = router;

    /// <summary>f32[Experts, Out]; null without biases.</summary>
    public Parameter? Bias { get; } = bias;

    /// <summary>f32[Experts, In * Kernel * Kernel]; null unless the noise is <see cref="RouterNoise.Learned"/>.</summary>
    public Parameter? Noise { get; } = noise;

    /// <summary>f32[B, H, W, In] gives f32[B, OH, OW, Out].</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("ConvolutionExperts.Forward");
}
