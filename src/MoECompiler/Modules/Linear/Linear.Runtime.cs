namespace MoECompiler;

/// <summary>A dense layer, y = x W^T + b, declared by <see cref="LinearAttribute">[Linear(In, Out)]</see>.</summary>
public sealed class Linear(Parameter weight, Parameter? bias = null)
{
    /// <summary>f32[Out, In].</summary>
    public Parameter Weight { get; } = weight;

    /// <summary>f32[Out]; null where the layer has none.</summary>
    public Parameter? Bias { get; } = bias;

    /// <summary>f32[..., In] gives f32[..., Out].</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("Linear.Forward");
}
