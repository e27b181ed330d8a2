using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>A network for clusters, with a memory of 10,000 experts beside its head.</summary>
[Model]
public sealed partial class MemoryNet
{
    [Size] public const int Features = 128, Width = 64, Classes = 128, Rows = 100, Columns = 100, TopK = 8;

    [Linear(Features, Width)]
    public partial Linear Stem { get; }

    [Linear(Width, Width)]
    public partial Linear Middle { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [MemoryExperts(Features, Classes, Rows, Columns, TopK)]
    public partial MemoryExperts Memory { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        Tensor inner = Stem.Forward(x).Silu();
        inner += Middle.Forward(inner).Silu();
        return Head.Forward(inner) + Memory.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}
