namespace MoECompiler.Bench.Families;

/// <summary>A compiled model of one mixture of experts and nothing else.</summary>
[Model]
public sealed partial class ExpertLayer
{
    [Size] public const int Width = 1_024, Experts = 8, TopK = 2, Inner = 2_048;

    [RoutedExperts(Width, Experts, TopK, Inner, Activation = Activation.Silu)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Mixture.Forward(x);
}
