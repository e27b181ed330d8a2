namespace MoECompiler.Tests.Models;

/// <summary>Layers whose experts are at last those of a token's id, repeated and not, beside one that only its id decides about anyway.</summary>
[Model]
[Stabilize(6, Vocabulary, Balance = 0.2f, Distillation = 0.7f)]
public sealed partial class StableModel
{
    [Size] public const int Vocabulary = 11, Width = 9, Depth = 2, Experts = 5, Inner = 6, Classes = 3;

    [Embedding(Vocabulary, Width)]
    public partial Embedding Tokens { get; }

    [Weights("blocks.{layer}"), Layers(Depth)]
    public partial Layers<StableBlock> Blocks { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Kind = ExpertKind.SwiGlu, SharedExperts = 1, Router = RouterKind.Bounded, RouterBias = true, CapacityFactor = 1.5f, ZLoss = 0.01f,
        ReportEntropy = true)]
    public partial RoutedExperts Mixture { get; }

    [RoutedExperts(Width, Experts, 1, Inner, Router = RouterKind.Hash, Activation = Activation.Silu)]
    public partial RoutedExperts Hashed { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", "T", Integer = true)] Tensor tokens)
    {
        Tensor x = Tokens.Forward(tokens);
        foreach (StableBlock block in Blocks)
            x = block.Forward(x, tokens);
        x += Mixture.Forward(x, tokens);
        x += Hashed.Forward(x, tokens);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>A layer that is Switch's without its model's attribute.</summary>
[Module]
public sealed partial class StableBlock
{
    [LayerNorm(StableModel.Width)]
    public partial LayerNorm Norm { get; }

    [RoutedExperts(StableModel.Width, StableModel.Experts, 1, StableModel.Inner, Bias = true, Activation = Activation.Gelu, NormalizeTopK = false, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mlp { get; }

    [Forward]
    public Tensor Forward(Tensor x, Tensor tokens) => x + Mlp.Forward(Norm.Forward(x), tokens);
}

/// <summary>One layer and nothing else, whose light router has embeddings of its own.</summary>
[Model]
[Stabilize(4, Ids, Width = 3)]
public sealed partial class StableSoloModel
{
    [Size] public const int Ids = 7, Width = 12, Experts = 6, Inner = 20;

    [RoutedExperts(Width, Experts, 1, Inner, NormalizeTopK = false)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward([Shape("B", Integer = true)] Tensor ids, Tensor x) => Mixture.Forward(x, ids);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>The same with a table of logits, loads that nothing evens out, and never another phase than the first.</summary>
[Model]
[Stabilize(1_000_000, StableSoloModel.Ids, Balance = 0)]
public sealed partial class StableLearnerModel
{
    [RoutedExperts(StableSoloModel.Width, StableSoloModel.Experts, 1, StableSoloModel.Inner, NormalizeTopK = false)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward([Shape("B", Integer = true)] Tensor ids, Tensor x) => Mixture.Forward(x, ids);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}
