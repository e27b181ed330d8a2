namespace MoECompiler.Tests.Models;

/// <summary>Convolution, patches and the shape operations, with a frozen member.</summary>
[Model]
public sealed partial class PictureModel
{
    private const int Side = 6;

    [Size] public const int Channels = 3, Width = 5, Classes = 4;

    [Convolution(2, Channels, 3, Stride = 1, Padding = 1)]
    public partial Convolution Edges { get; }

    [PatchEmbedding(Channels, 3, Width)]
    public partial PatchEmbedding Patches { get; }

    [LayerNorm(Width)]
    public partial LayerNorm Norm { get; }

    [Frozen, Linear(Width, Width)]
    public partial Linear Fixed { get; }

    [RoutedExperts(Width, 3, 1, 8, NormalizeTopK = false)]
    public partial RoutedExperts Experts { get; }

    [Linear(2 * Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", Side, Side, 2)] Tensor pixels)
    {
        Tensor x = Patches.Forward(Edges.Forward(pixels).Silu());
        x = Norm.Forward(x);
        x = x + Experts.Forward(Fixed.Forward(x));
        Tensor greatest = x.Max(1);
        Tensor mean = x.Transpose(0, 2, 1).Mean(2);
        return Head.Forward(greatest.Concat(mean, 1));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor targets)
    {
        Tensor each = logits.BinaryCrossEntropy(targets);
        return each.Mean() + 0.1f * (logits.LogSumExp().Square().Mean() + logits.Softmax().SquaredError(targets).Sum());
    }
}
