namespace MoECompiler.Tests.Models;

/// <summary>A small routed classifier of Fashion-MNIST; the models below are this module in each precision.</summary>
[Module]
public sealed partial class FashionLayers
{
    private const int Pixels = 28 * 28, Width = 64;

    [Linear(Pixels, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, 4, 2, 2 * Width, BalanceLoss = 0.01f)]
    public partial RoutedExperts Routed { get; }

    [Linear(Width, 10)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        x = Stem.Forward(x.Reshape(-1, Pixels)).Relu();
        return Head.Forward(x + Routed.Forward(x));
    }
}

[Model]
public sealed partial class WideFashionNet
{
    public partial FashionLayers Layers { get; }

    [Forward]
    public Tensor Forward([Shape("B", 28, 28)] Tensor pixels) => Layers.Forward(pixels);

    [Loss]
    public Tensor Loss(Tensor logits, Tensor classes) => logits.CrossEntropy(classes).Mean();
}

[Model(Precision = Precision.BFloat16)]
public sealed partial class BrainFashionNet
{
    public partial FashionLayers Layers { get; }

    [Forward]
    public Tensor Forward([Shape("B", 28, 28)] Tensor pixels) => Layers.Forward(pixels);

    [Loss]
    public Tensor Loss(Tensor logits, Tensor classes) => logits.CrossEntropy(classes).Mean();
}

[Model(Precision = Precision.Float16)]
public sealed partial class HalfFashionNet
{
    public partial FashionLayers Layers { get; }

    [Forward]
    public Tensor Forward([Shape("B", 28, 28)] Tensor pixels) => Layers.Forward(pixels);

    [Loss]
    public Tensor Loss(Tensor logits, Tensor classes) => logits.CrossEntropy(classes).Mean();
}
