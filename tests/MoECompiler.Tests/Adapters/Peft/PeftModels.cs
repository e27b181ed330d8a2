namespace MoECompiler.Tests.Adapters;

/// <summary>The mixture of <c>vectors.py</c>.</summary>
[Model]
public sealed partial class PeftMixture
{
    [Size] public const int Columns = 5, Width = 6, Experts = 4, TopK = 2, Inner = 7, Classes = 3, Depth = 2;

    [Weights("stem"), Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [Weights("layers.{layer}"), Layers(Depth)]
    public partial Layers<PeftBlock> Blocks { get; }

    [Weights("head"), Linear(Width, Classes, Bias = false)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        x = Stem.Forward(x).Tanh();
        foreach (PeftBlock block in Blocks)
            x = block.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

[Module]
public sealed partial class PeftBlock
{
    [Weights("mlp"), RoutedExperts(PeftMixture.Width, PeftMixture.Experts, PeftMixture.TopK, PeftMixture.Inner, Kind = ExpertKind.SwiGlu)]
    public partial RoutedExperts Mlp { get; }

    [Forward]
    public Tensor Forward(Tensor x) => x + Mlp.Forward(x);
}

[Lora<PeftMixture>(Rank = 3, Alpha = 6)]
public sealed partial class PeftMixtureAdapter;

[Dora<PeftMixture>(Rank = 3, Alpha = 6)]
public sealed partial class PeftDora;

[Dora<PeftMixture>(Rank = 3, Alpha = 6, DetachNorm = true)]
public sealed partial class PeftDetachedDora;

[Dora<PeftMixture>(Rank = 3, Alpha = 6, Targets = [nameof(PeftMixture.Stem), nameof(PeftMixture.Head)])]
public sealed partial class PeftOuterDora;

[Lora<PeftMixture>(Rank = 3, Alpha = 6, RankStabilized = true, Targets = [nameof(PeftMixture.Stem), nameof(PeftMixture.Head)])]
public sealed partial class PeftOuterLora;

/// <summary>Two weights of one module, <c>router.weight</c> and <c>router.noise</c>.</summary>
[Model]
public sealed partial class PeftNested
{
    [Weights("mlp"), RoutedExperts(6, 4, 2, 2, Noise = RouterNoise.Learned)]
    public partial RoutedExperts Mlp { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Mlp.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y) => y.Square().Mean();
}

[Lora<PeftNested>(Rank = 3, Alpha = 6, Targets = ["Router", "Noise"])]
public sealed partial class PeftNestedAdapter;
