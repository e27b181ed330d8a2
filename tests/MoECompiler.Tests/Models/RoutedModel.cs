namespace MoECompiler.Tests.Models;

/// <summary>Routed experts of every kind in one model, at sizes that are multiples of nothing.</summary>
[Model]
public sealed partial class RoutedModel
{
    [Size] public const int Columns = 11, Width = 13, Experts = 5, TopK = 2, Inner = 7, Classes = 3;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Activation = Activation.Gelu, Bias = true, BalanceLoss = 0.1f, ZLoss = 0.01f)]
    public partial RoutedExperts TwoLayer { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Kind = ExpertKind.SwiGlu, SoftmaxAfterTopK = true, SharedExperts = 1)]
    public partial RoutedExperts Gated { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Score = RouterScore.Sigmoid, NormalizeTopK = false, Noise = RouterNoise.Learned, BalanceLoss = 0.05f)]
    public partial RoutedExperts Noisy { get; }

    [RoutedExperts(Width, Experts, Experts, Inner, CapacityFactor = 0.75f, Noise = RouterNoise.Gaussian)]
    public partial RoutedExperts Bounded { get; }

    [RoutedExperts(Width, 1, 1, Inner, Activation = Activation.Silu, Noise = RouterNoise.Jitter, NoiseScale = 0.1f)]
    public partial RoutedExperts Single { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor features)
    {
        Tensor x = Stem.Forward(features).Tanh();
        x += TwoLayer.Forward(x);
        x += Gated.Forward(x);
        x += Noisy.Forward(x);
        x += Bounded.Forward(x);
        x += Single.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels, smoothing: 0.1f).Mean();
}
