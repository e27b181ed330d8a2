namespace MoECompiler;

/// <summary>Squares of an image as rows, declared by <see cref="PatchEmbeddingAttribute">[PatchEmbedding(Channels, Patch, Width)]</see>.</summary>
public sealed class PatchEmbedding(Parameter weight, Parameter? bias = null)
{
    /// <summary>f32[Width, Channels, Patch, Patch].</summary>
    public Parameter Weight { get; } = weight;

    /// <summary>f32[Width]; null where there is none.</summary>
    public Parameter? Bias { get; } = bias;

    /// <summary>f32[B, H, W, Channels] gives f32[B, (H / Patch) * (W / Patch), Width].</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("PatchEmbedding.Forward");
}
