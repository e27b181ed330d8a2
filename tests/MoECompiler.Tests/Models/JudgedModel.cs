namespace MoECompiler.Tests.Models;

/// <summary>Routers that judge in every way there is, with every score, noise, loss and kind of expert that <see cref="RoutedModel"/> has not.</summary>
[Model]
public sealed partial class JudgedModel
{
    [Size] public const int Columns = 7, Width = 9, Experts = 5, TopK = 2, Inner = 6, Classes = 3;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Router = RouterKind.Bounded, RouterBias = true, Score = RouterScore.SqrtSoftplus, Kind = ExpertKind.ClampedSwiGlu,
        Clamp = 0.25f, RoutedScale = 2.5f, SelectionBias = true, BiasRate = 0.01f, ImportanceLoss = 0.1f)]
    public partial RoutedExperts Bounded { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Router = RouterKind.Cosine, RouterWidth = 4, NormalizeTopK = false, EntropyLoss = 0.1f, OrthogonalityLoss = 0.3f)]
    public partial RoutedExperts Angled { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Router = RouterKind.Laplace, Score = RouterScore.Probit, Activation = Activation.Tanh, ImportanceLoss = 0.2f, EntropyLoss = 0.1f)]
    public partial RoutedExperts Near { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Router = RouterKind.StudentT, Freedom = 3, Noise = RouterNoise.Learned, LoadLoss = 0.1f, Activation = Activation.Silu)]
    public partial RoutedExperts Robust { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Router = RouterKind.Gaussian, Noise = RouterNoise.Gumbel, EvaluationCapacityFactor = 0.75f, ZLoss = 0.01f, Activation = Activation.Softplus)]
    public partial RoutedExperts Mixture { get; }

    [RoutedExperts(Width, Experts, 1, Inner, RouterBias = true, Noise = RouterNoise.Gaussian, NoiseScale = 2, LoadLoss = 0.1f, Activation = Activation.GeluTanh)]
    public partial RoutedExperts Single { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor features)
    {
        Tensor x = Stem.Forward(features).Tanh();
        x += Bounded.Forward(x);
        x += Angled.Forward(x);
        x += Near.Forward(x);
        x += Robust.Forward(x);
        x += Mixture.Forward(x);
        x += Single.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}
