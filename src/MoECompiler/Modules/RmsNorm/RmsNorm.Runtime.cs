namespace MoECompiler;

/// <summary>A root-mean-square normalization, declared by <see cref="RmsNormAttribute">[RmsNorm(Width)]</see>.</summary>
public sealed class RmsNorm(Parameter weight)
{
    /// <summary>f32[Width].</summary>
    public Parameter Weight { get; } = weight;

    /// <summary>f32[..., Width] gives f32[..., Width].</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("RmsNorm.Forward");
}
