namespace MoECompiler.Tests.Models;

/// <summary>Layers that choose a second expert, or how many, by chance or by the batch.</summary>
[Model]
public sealed partial class SecondModel
{
    [Size] public const int Width = 6, Experts = 4, Inner = 5;

    [RoutedExperts(Width, Experts, 2, Inner, Selection = RouterSelection.RandomSecond, BalanceLoss = 0.1f, Activation = Activation.Tanh)]
    public partial RoutedExperts Kept { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Selection = RouterSelection.SampledSecond, BalanceLoss = 0.1f, Activation = Activation.Tanh)]
    public partial RoutedExperts Sampled { get; }

    [RoutedExperts(Width, Experts, 3, Inner, Selection = RouterSelection.DynamicTopK, Threshold = 0.2f, NormalizeTopK = false, Activation = Activation.Tanh)]
    public partial RoutedExperts Alike { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Kept.Forward(x) + Sampled.Forward(x) + Alike.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}
