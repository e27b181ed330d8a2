namespace MoECompiler.Soak;

/// <summary>What is trained all the time: a routed layer between two dense ones, with dropout, so that each step draws numbers.</summary>
[Model]
public sealed partial class SoakModel
{
    [Size] public const int Features = 24, Width = 48, Experts = 6, TopK = 2, Inner = 64, Classes = 5;

    [Linear(Features, Width)]
    public partial Linear Stem { get; }

    [Dropout(0.1f)]
    public partial Dropout Drop { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, BalanceLoss = 0.01f)]
    public partial RoutedExperts First { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor features)
    {
        Tensor x = Drop.Forward(Stem.Forward(features).Relu());
        x += First.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>An adapter of which several are attached at a time.</summary>
[Lora<SoakModel>(Rank = 2, Alpha = 4, Bank = true)]
public sealed partial class SoakLora;

/// <summary>One of another kind.</summary>
[Nola<SoakModel>(Rank = 2, BasisA = 16, BasisB = 16, Alpha = 4, Seed = 1)]
public sealed partial class SoakNola;
