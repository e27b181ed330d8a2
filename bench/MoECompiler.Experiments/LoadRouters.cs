using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>A router that nothing balances.</summary>
[Model]
public sealed partial class PlainRouter
{
    public const int Features = 16, Width = 32, Experts = 8, TopK = 2, Inner = 32, Classes = 4;

    [Linear(Features, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, Experts, TopK, Inner)]
    public partial RoutedExperts Layer { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        x = Stem.Forward(x).Tanh();
        return Head.Forward(x + Layer.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>A router with a balance loss.</summary>
[Model]
public sealed partial class LossRouter
{
    [Linear(PlainRouter.Features, PlainRouter.Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(PlainRouter.Width, PlainRouter.Experts, PlainRouter.TopK, PlainRouter.Inner, BalanceLoss = 0.01f)]
    public partial RoutedExperts Layer { get; }

    [Linear(PlainRouter.Width, PlainRouter.Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        x = Stem.Forward(x).Tanh();
        return Head.Forward(x + Layer.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>A router with a selection bias.</summary>
[Model]
public sealed partial class BiasRouter
{
    [Linear(PlainRouter.Features, PlainRouter.Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(PlainRouter.Width, PlainRouter.Experts, PlainRouter.TopK, PlainRouter.Inner, SelectionBias = true)]
    public partial RoutedExperts Layer { get; }

    [Linear(PlainRouter.Width, PlainRouter.Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        x = Stem.Forward(x).Tanh();
        return Head.Forward(x + Layer.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>Experts that choose their rows.</summary>
[Model]
public sealed partial class ChoiceRouter
{
    [Linear(PlainRouter.Features, PlainRouter.Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(PlainRouter.Width, PlainRouter.Experts, PlainRouter.TopK, PlainRouter.Inner, Selection = RouterSelection.ExpertChoice)]
    public partial RoutedExperts Layer { get; }

    [Linear(PlainRouter.Width, PlainRouter.Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        x = Stem.Forward(x).Tanh();
        return Head.Forward(x + Layer.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}
