using FashionMoE;
using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>A small mixture of experts that tells images of 28 x 28 pixels apart: what is fine-tuned.</summary>
[Model]
public sealed partial class AdaptedNet
{
    private const int Pixels = FashionData.Side * FashionData.Side;

    [Size] public const int Width = 128, Experts = 4, TopK = 2, Inner = 64, Classes = 10;

    [Linear(Pixels, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mixture { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", FashionData.Side, FashionData.Side, 1)] Tensor pixels)
    {
        Tensor x = Stem.Forward(pixels.Reshape(-1, Pixels)).Relu();
        return Head.Forward(x + Mixture.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

[Lora<AdaptedNet>(Rank = 1, Alpha = 2)]
public sealed partial class Lora1;

[Lora<AdaptedNet>(Rank = 4, Alpha = 8)]
public sealed partial class Lora4;

[Dora<AdaptedNet>(Rank = 4, Alpha = 8)]
public sealed partial class Dora4;

[Ia3<AdaptedNet>]
public sealed partial class Gains;

[Nola<AdaptedNet>(Rank = 8, BasisA = 32, BasisB = 32, Alpha = 16, Seed = 1)]
public sealed partial class Nola32;

[Nola<AdaptedNet>(Rank = 8, BasisA = 64, BasisB = 64, Alpha = 16, Seed = 1)]
public sealed partial class Nola64;

[Nola<AdaptedNet>(Rank = 8, BasisA = 128, BasisB = 128, Alpha = 16, Seed = 1)]
public sealed partial class Nola128;

[Nola<AdaptedNet>(Rank = 8, BasisA = 256, BasisB = 256, Alpha = 16, Seed = 1)]
public sealed partial class Nola256;

[Nola<AdaptedNet>(Rank = 8, BasisA = 512, BasisB = 512, Alpha = 16, Seed = 1)]
public sealed partial class Nola512;
