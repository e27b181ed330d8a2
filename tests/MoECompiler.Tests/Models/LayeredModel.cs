namespace MoECompiler.Tests.Models;

/// <summary>A repeated layer with routed experts over sequences, read by every layer at once: carried, stacked and whole values.</summary>
[Model]
public sealed partial class LayeredModel
{
    [Size("hidden_size")] public const int Width = 9;

    [Size("num_hidden_layers")] public const int Depth = 3;

    [Size("num_experts")] public const int Experts = 4;

    [Size("vocab_size")] public const int Vocabulary = 17;

    [Weights("model.embed_tokens"), Embedding(Vocabulary, Width)]
    public partial Embedding Tokens { get; }

    [Linear(Width, Width)]
    public partial Linear Context { get; }

    [Weights("model.layers.{layer}"), Layers(Depth)]
    public partial Layers<LayeredBlock> Blocks { get; }

    [Weights("model.norm"), RmsNorm(Width)]
    public partial RmsNorm Norm { get; }

    [Weights("lm_head"), Linear(Width, Vocabulary, Bias = false)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", "T", Integer = true)] Tensor tokens)
    {
        Tensor x = Tokens.Forward(tokens);
        Tensor context = Context.Forward(x).Sigmoid();
        foreach (LayeredBlock block in Blocks)
            x = block.Forward(x, context);
        return Head.Forward(Norm.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

[Module]
public sealed partial class LayeredBlock
{
    private const int Inner = 2 * LayeredModel.Width;

    [Weights("input_layernorm"), LayerNorm(LayeredModel.Width)]
    public partial LayerNorm Norm { get; }

    [RoutedExperts(LayeredModel.Width, LayeredModel.Experts, 2, Inner, Kind = ExpertKind.SwiGlu, BalanceLoss = 0.02f, ZLoss = 0.01f)]
    public partial RoutedExperts Mlp { get; }

    [Dropout(0.25f)]
    public partial Dropout Drop { get; }

    [Forward]
    public Tensor Forward(Tensor x, Tensor context)
    {
        Tensor y = Mlp.Forward(Norm.Forward(x));
        return x + Drop.Forward(y * context);
    }
}
