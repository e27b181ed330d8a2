namespace MoECompiler.Tests.Models;

/// <summary>A sequence model stored in bfloat16: a table, a repeated layer with routed and shared experts, a norm, a head.</summary>
[Model(Precision = Precision.BFloat16)]
public sealed partial class BrainModel
{
    [Size] public const int Width = 9, Depth = 2, Vocabulary = 17;

    [Embedding(Vocabulary, Width)]
    public partial Embedding Tokens { get; }

    [Layers(Depth)]
    public partial Layers<BrainBlock> Blocks { get; }

    [LayerNorm(Width)]
    public partial LayerNorm Norm { get; }

    [Linear(Width, Vocabulary, Bias = false)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", "T", Integer = true)] Tensor tokens)
    {
        Tensor x = Tokens.Forward(tokens);
        foreach (BrainBlock block in Blocks)
            x = block.Forward(x);
        return Head.Forward(Norm.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

[Module]
public sealed partial class BrainBlock
{
    private const int Inner = 2 * BrainModel.Width + 1;

    [RmsNorm(BrainModel.Width)]
    public partial RmsNorm Norm { get; }

    [RoutedExperts(BrainModel.Width, 4, 2, Inner, Kind = ExpertKind.SwiGlu, SharedExperts = 1, BalanceLoss = 0.02f)]
    public partial RoutedExperts Mlp { get; }

    [Forward]
    public Tensor Forward(Tensor x) => x + Mlp.Forward(Norm.Forward(x));
}
