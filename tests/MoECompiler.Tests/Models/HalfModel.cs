namespace MoECompiler.Tests.Models;

/// <summary>A picture model stored in halves: a convolution, patches, a bank with a gate, routed experts with biases, a frozen member.</summary>
[Model(Precision = Precision.Float16)]
public sealed partial class HalfModel
{
    private const int Side = 6;

    [Size] public const int Channels = 3, Width = 5, Experts = 3, Inner = 7, Classes = 4;

    [Convolution(2, Channels, 3, Stride = 1, Padding = 1)]
    public partial Convolution Edges { get; }

    [PatchEmbedding(Channels, 3, Width)]
    public partial PatchEmbedding Patches { get; }

    [Frozen, Linear(Width, Width)]
    public partial Linear Fixed { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Activation = Activation.Gelu, Bias = true, ZLoss = 0.01f)]
    public partial RoutedExperts Routed { get; }

    [ExpertBank(Width, Experts, Inner, Width)]
    public partial ExpertBank Bank { get; }

    [Gate(Width, Experts)]
    public partial Gate Mixer { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", Side, Side, 2)] Tensor pixels)
    {
        Tensor x = Patches.Forward(Edges.Forward(pixels).Silu());
        Tensor rows = x.Max(1);
        rows = rows + Routed.Forward(Fixed.Forward(rows));
        rows = Mixer.Forward(rows, Bank.Forward(rows));
        return Head.Forward(rows);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor targets) => logits.BinaryCrossEntropy(targets).Mean();
}
