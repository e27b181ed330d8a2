namespace MoECompiler.Tests.Models;

/// <summary>The mixture of experts that ONNX Runtime's operator can be set to as well.</summary>
[Model]
public sealed partial class OracleLayer
{
    [Size] public const int Width = 44, Experts = 5, TopK = 2, Inner = 76;

    [RoutedExperts(Width, Experts, TopK, Inner, Activation = Activation.Silu)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Mixture.Forward(x);
}
