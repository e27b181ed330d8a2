using MoECompiler;

namespace FashionMoE;

/// <summary>
/// A mixture-of-experts classifier of small gray images: two convolutions make features of the picture, two routed layers with eight
/// experts each, of which a picture passes two, decide what it shows.
/// </summary>
[Model]
public sealed partial class ImageClassifier
{
    /// <summary>Height and width of an image: a plain constant, so it is baked in.</summary>
    private const int Side = 28;

    /// <summary>Channels after the first convolution.</summary>
    [Size] public const int Channels = 16;

    [Size] public const int Width = 128, Experts = 8, TopK = 2, Inner = 256, Classes = 10;

    private const int Features = 2 * Channels * (Side / 4) * (Side / 4);

    [Convolution(1, Channels, 5, Stride = 2, Padding = 2)]
    public partial Convolution Edges { get; }

    [Convolution(Channels, 2 * Channels, 3, Stride = 2, Padding = 1)]
    public partial Convolution Shapes { get; }

    [Dropout(0.3f)]
    public partial Dropout Drop { get; }

    [Linear(Features, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, BalanceLoss = 0.01f, ZLoss = 0.001f)]
    public partial RoutedExperts First { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, BalanceLoss = 0.01f, ZLoss = 0.001f)]
    public partial RoutedExperts Second { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", Side, Side, 1)] Tensor pixels)
    {
        Tensor x = Edges.Forward(pixels).Relu();
        x = Shapes.Forward(x).Relu();
        x = Stem.Forward(Drop.Forward(x.Reshape(-1, Features))).Relu();
        x += First.Forward(x);
        x += Second.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels, smoothing: 0.05f).Mean();
}
