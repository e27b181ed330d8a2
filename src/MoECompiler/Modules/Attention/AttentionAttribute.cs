namespace MoECompiler;

/// <summary>
/// Declares attention of a sequence to itself: each head compares its query of a place with the keys of all, and takes their values in the
/// shares of a softmax. f32[B, S, width] gives f32[B, S, width].
/// </summary>
/// <param name="width">The innermost extent, of what comes in and of what goes out.</param>
/// <param name="heads">How many heads.</param>
/// <param name="kvHeads">
/// The heads of keys and values, each of which as many heads of queries share; 0: as many as heads.
/// Source: Ainslie et al., GQA: Training Generalized Multi-Query Transformer Models, EMNLP 2023.
/// </param>
/// <param name="headSize">The columns of a head; 0: width / heads.</param>
/// <remarks>
/// 2 * headSize * (heads + kvHeads) * width weights; of B * S places 4 * S * heads * headSize flops each beside those of the four products, half
/// as many where it is causal. No matrix of S x S is in memory, forward or backward. A new one is U(-1/sqrt(in), 1/sqrt(in)), in the
/// columns of what comes into each matrix. Source: Vaswani et al., Attention Is All You Need, NIPS 2017.
/// </remarks>
public sealed class AttentionAttribute(int width, int heads, int kvHeads = 0, int headSize = 0) : MemberAttribute
{
    public int Width { get; } = width;

    public int Heads { get; } = heads;

    public int KvHeads { get; } = kvHeads;

    public int HeadSize { get; } = headSize;

    /// <summary>Whether a place sees only those up to itself.</summary>
    public bool Causal { get; set; }

    /// <summary>How places are told to queries and keys. Source: Su et al., RoFormer, 2021.</summary>
    public RotaryKind Rotary { get; set; } = RotaryKind.None;

    /// <summary>What the wave lengths of the angles grow to, nearly.</summary>
    public float RotaryBase { get; set; } = 10_000f;

    /// <summary>What a query's product with a key is multiplied by. Unset: 1 / sqrt(head size).</summary>
    public float Scale { get; set; }

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public bool Bias { get; set; }

    /// <summary>Whether what goes out has a bias.</summary>
    public bool OutputBias { get; set; }
}
