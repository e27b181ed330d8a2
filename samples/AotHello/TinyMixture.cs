using MoECompiler;

namespace AotHello;

/// <summary>The least of a mixture of experts: a routed layer and a head.</summary>
[Model]
public sealed partial class TinyMixture
{
    [Size] public const int Width = 8, Experts = 4, TopK = 2, Inner = 16, Classes = 3;

    [RoutedExperts(Width, Experts, TopK, Inner, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mixture { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor features) => Head.Forward((features + Mixture.Forward(features)).Silu());

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}
