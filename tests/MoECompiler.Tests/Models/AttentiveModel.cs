namespace MoECompiler.Tests.Models;

/// <summary>Attention of every kind: causal in repeated layers, with shared keys; and of sequences that end before their extent does.</summary>
[Model]
public sealed partial class AttentiveModel
{
    public const int Places = 7;

    [Size] public const int Width = 12, Heads = 4, KvHeads = 2, Vocabulary = 13;

    [Embedding(Vocabulary, Width)]
    public partial Embedding Tokens { get; }

    [Weights("layers.{layer}"), Layers(2)]
    public partial Layers<AttentiveBlock> Blocks { get; }

    [Weights("last"), Attention(Width, 3, headSize: 6, Rotary = RotaryKind.Neighbors, RotaryBase = 100f, Scale = 0.3f, OutputBias = true)]
    public partial Attention Last { get; }

    [Linear(Width, Vocabulary)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", Places, Integer = true)] Tensor tokens, [Shape("B", Integer = true)] Tensor lengths)
    {
        Tensor x = Tokens.Forward(tokens);
        foreach (AttentiveBlock block in Blocks)
            x = block.Forward(x);
        x = x + Last.Forward(x, lengths);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

[Module]
public sealed partial class AttentiveBlock
{
    [RmsNorm(AttentiveModel.Width)]
    public partial RmsNorm Norm { get; }

    [Weights("self_attn"), Attention(AttentiveModel.Width, AttentiveModel.Heads, AttentiveModel.KvHeads, 4, Causal = true, Rotary = RotaryKind.Halves, Bias = true)]
    public partial Attention Look { get; }

    [Forward]
    public Tensor Forward(Tensor x) => x + Look.Forward(Norm.Forward(x));
}
