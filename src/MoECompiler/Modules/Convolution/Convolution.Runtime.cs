namespace MoECompiler;

/// <summary>A two-dimensional convolution, declared by <see cref="ConvolutionAttribute">[Convolution(In, Out, Kernel)]</see>.</summary>
public sealed class Convolution(Parameter weight, Parameter? bias = null)
{
    /// <summary>f32[Out, In, Kernel, Kernel].</summary>
    public Parameter Weight { get; } = weight;

    /// <summary>f32[Out]; null where the convolution has none.</summary>
    public Parameter? Bias { get; } = bias;

    /// <summary>f32[B, H, W, In] gives f32[B, OH, OW, Out].</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("Convolution.Forward");
}
