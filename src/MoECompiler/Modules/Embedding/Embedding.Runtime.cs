namespace MoECompiler;

/// <summary>A table that ids index, declared by <see cref="EmbeddingAttribute">[Embedding(Count, Width)]</see>.</summary>
public sealed class Embedding(Parameter weight)
{
    /// <summary>f32[Count, Width].</summary>
    public Parameter Weight { get; } = weight;

    /// <summary>i32[...] gives f32[..., Width].</summary>
    public Tensor Forward(Tensor ids) => throw Declaration.NeverRuns("Embedding.Forward");
}
