namespace MoECompiler;

/// <summary>A layer normalization, declared by <see cref="LayerNormAttribute">[LayerNorm(Width)]</see>.</summary>
public sealed class LayerNorm(Parameter weight, Parameter bias)
{
    /// <summary>f32[Width].</summary>
    public Parameter Weight { get; } = weight;

    /// <summary>f32[Width].</summary>
    public Parameter Bias { get; } = bias;

    /// <summary>f32[..., Width] gives f32[..., Width].</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("LayerNorm.Forward");
}
