namespace MoECompiler;

/// <summary>Attention of a sequence to itself, declared by <see cref="AttentionAttribute">[Attention(Width, Heads)]</see>.</summary>
public sealed class Attention(
    Parameter query,
    Parameter key,
    Parameter value,
    Parameter output,
    Parameter? queryBias = null,
    Parameter? keyBias = null,
    Parameter? valueBias = null,
    Parameter? outputBias = null)
{
    /// <summary>f32[Heads * HeadSize, Width].</summary>
    public Parameter Query { get; } = query;

    /// <summary>f32[KvHeads * HeadSize, Width].</summary>
    public Parameter Key { get; } = key;

    /// <summary>f32[KvHeads * HeadSize, Width].</summary>
    public Parameter Value { get; } = value;

    /// <summary>f32[Width, Heads * HeadSize].</summary>
    public Parameter Output { get; } = output;

    /// <summary>f32[Heads * HeadSize]; null without biases.</summary>
    public Parameter? QueryBias { get; } = queryBias;

    /// <summary>f32[KvHeads * HeadSize]; null without biases.</summary>
    public Parameter? KeyBias { get; } = keyBias;

    /// <summary>f32[KvHeads * HeadSize]; null without biases.</summary>
    public Parameter? ValueBias { get; } = valueBias;

    /// <summary>f32[Width]; null where there is none.</summary>
    public Parameter? OutputBias { get; } = outputBias;

    /// <summary>f32[B, S, Width] gives f32[B, S, Width].</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("Attention.Forward");

    /// <summary>f32[B, S, Width] and what of it is seen give f32[B, S, Width].</summary>
    /// <param name="x">The sequences.</param>
    /// <param name="seen">
    /// Lengths i32[B]: places from there on are not seen; or floats f32[Heads, S, S], or for each sample f32[B, Heads, S, S], that are added to
    /// the products of queries and keys before the softmax.
    /// </param>
    public Tensor Forward(Tensor x, Tensor seen) => throw Declaration.NeverRuns("Attention.Forward");

    /// <summary>f32[B, S, Width] with a bias and lengths gives f32[B, S, Width].</summary>
    /// <param name="x">The sequences.</param>
    /// <param name="bias">f32[Heads, S, S] or f32[B, Heads, S, S].</param>
    /// <param name="lengths">i32[B].</param>
    public Tensor Forward(Tensor x, Tensor bias, Tensor lengths) => throw Declaration.NeverRuns("Attention.Forward");
}
