using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>A linear function of the sum of the patches.</summary>
[Model]
public sealed partial class LinearNet
{
    public const int Patches = 4, Width = 50, Classes = 2;

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", Patches, Width)] Tensor x) => Head.Forward(x.Sum(1));

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>A two-layer network of each patch, summed: one expert as large as the eight of <see cref="MixtureNet"/>.</summary>
[Model]
public sealed partial class SingleNet
{
    [Linear(LinearNet.Width, 8 * MixtureNet.Inner)]
    public partial Linear Up { get; }

    [Linear(8 * MixtureNet.Inner, LinearNet.Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", LinearNet.Patches, LinearNet.Width)] Tensor x) => Head.Forward(Up.Forward(x).Gelu().Sum(1));

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>Eight such networks, of which the sum of a sample's patches chooses one.</summary>
[Model]
public sealed partial class MixtureNet
{
    public const int Inner = 16;

    [RoutedExperts(LinearNet.Width, 8, 1, Inner, Level = RouterLevel.Sequence, Activation = Activation.Gelu, NormalizeTopK = false, Noise = RouterNoise.Gaussian,
        BalanceLoss = 0.01f)]
    public partial RoutedExperts Experts { get; }

    [Linear(LinearNet.Width, LinearNet.Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", LinearNet.Patches, LinearNet.Width)] Tensor x) => Head.Forward(Experts.Forward(x).Sum(1));

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>Eight linear functions of each patch, summed, of which the sum of a sample's patches chooses one.</summary>
[Model]
public sealed partial class LinearMixtureNet
{
    [RoutedExperts(LinearNet.Width, 8, 1, MixtureNet.Inner, Level = RouterLevel.Sequence, Activation = Activation.Identity, NormalizeTopK = false,
        Noise = RouterNoise.Gaussian, BalanceLoss = 0.01f)]
    public partial RoutedExperts Experts { get; }

    [Linear(LinearNet.Width, LinearNet.Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", LinearNet.Patches, LinearNet.Width)] Tensor x) => Head.Forward(Experts.Forward(x).Sum(1));

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}
