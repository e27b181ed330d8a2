namespace MoECompiler.Tests.Adapters;

/// <summary>A matrix with its bias, and repeated layers of a matrix and of experts with theirs: each kind of adapter changes all of them.</summary>
[Model]
public sealed partial class KindModel
{
    [Size] public const int Columns = 5, Width = 6, Experts = 4, TopK = 2, Inner = 7, Classes = 3, Depth = 2;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [Layers(Depth)]
    public partial Layers<KindBlock> Blocks { get; }

    [Linear(Width, Classes, Bias = false)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        x = Stem.Forward(x).Tanh();
        foreach (KindBlock block in Blocks)
            x = block.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

[Module]
public sealed partial class KindBlock
{
    [Linear(KindModel.Width, KindModel.Width)]
    public partial Linear Mixed { get; }

    [RoutedExperts(KindModel.Width, KindModel.Experts, KindModel.TopK, KindModel.Inner, Activation = Activation.Gelu, Bias = true)]
    public partial RoutedExperts Mlp { get; }

    [Forward]
    public Tensor Forward(Tensor x) => x + Mlp.Forward(Mixed.Forward(x));
}

[Lora<KindModel>(Rank = 4, Alpha = 3, RankStabilized = true)]
public sealed partial class StableKind;

[Lora<KindModel>(Rank = 4, Alpha = 3, FreezeA = true)]
public sealed partial class HalfFrozenKind;

[Vera<KindModel>(Rank = 5, Seed = 3, Bank = true)]
public sealed partial class VeraKind;

[DyLora<KindModel>(Rank = 5, LeastRank = 2, Alpha = 3, Bank = true)]
public sealed partial class DyLoraKind;

[Dora<KindModel>(Rank = 2, Alpha = 3)]
public sealed partial class DoraKind;

[Dora<KindModel>(Rank = 2, Alpha = 3, DetachNorm = true)]
public sealed partial class DetachedDoraKind;

[Ia3<KindModel>]
public sealed partial class Ia3Kind;

[Bottleneck<KindModel>(Width = 3, Activation = Activation.Silu)]
public sealed partial class BottleneckKind;

[Pranc<KindModel>(Basis = 5, Seed = 2)]
public sealed partial class PrancKind;
