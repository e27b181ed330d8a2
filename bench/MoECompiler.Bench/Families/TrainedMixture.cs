namespace MoECompiler.Bench.Families;

/// <summary>A compiled model of two routed layers, the size that its products and not its small kernels decide the time.</summary>
[Model]
public sealed partial class TrainedMixture
{
    [Size] public const int Width = 512, Experts = 8, TopK = 2, Inner = 1024, Classes = 64;

    [LayerNorm(Width)]
    public partial LayerNorm Norm { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, BalanceLoss = 0.01f)]
    public partial RoutedExperts First { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, BalanceLoss = 0.01f)]
    public partial RoutedExperts Second { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor features)
    {
        Tensor x = Norm.Forward(features);
        x += First.Forward(x);
        x += Second.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}
