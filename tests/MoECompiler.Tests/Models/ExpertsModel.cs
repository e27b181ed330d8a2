namespace MoECompiler.Tests.Models;

/// <summary>Experts that are no two whole matrices: convolutions, heads of attention, thin matrices, and thin ones beside a common one.</summary>
[Model]
public sealed partial class ExpertsModel
{
    [Size] public const int Width = 8, Classes = 4, Filters = 5;

    [ConvolutionExperts(2, Filters, 3, 4, 2, Padding = 1, Bias = true, Activation = Activation.Silu, BalanceLoss = 0.02f, ZLoss = 0.01f)]
    public partial ConvolutionExperts Windows { get; }

    [ConvolutionExperts(Filters, Width, 2, 3, 1, Stride = 2, Selection = RouterSelection.ExpertChoice, CapacityFactor = 1.5f)]
    public partial ConvolutionExperts Patches { get; }

    [RoutedExperts(Width, 5, 2, 4, Kind = ExpertKind.AttentionHead, Causal = true, Rotary = RotaryKind.Halves, SharedExperts = 2, Bias = true, BalanceLoss = 0.02f)]
    public partial RoutedExperts Heads { get; }

    [RoutedExperts(Width, 4, 2, 6, Kind = ExpertKind.AttentionHead, Matrices = ExpertMatrices.LowRank, Rank = 2, CapacityFactor = 0.7f)]
    public partial RoutedExperts ThinHeads { get; }

    [RoutedExperts(Width, 4, 2, 6, Kind = ExpertKind.SwiGlu, Matrices = ExpertMatrices.LowRank, Rank = 3, Bias = true)]
    public partial RoutedExperts Thin { get; }

    [RoutedExperts(Width, 4, 2, 6, Matrices = ExpertMatrices.Adapted, Rank = 2, Alpha = 5f, FrozenBase = true, SharedExperts = 1)]
    public partial RoutedExperts Adapted { get; }

    [RoutedExperts(Width, 3, 2, 7, Kind = ExpertKind.SwiGlu, Matrices = ExpertMatrices.Adapted, Rank = 2, CapacityFactor = 0.8f)]
    public partial RoutedExperts Common { get; }

    [RoutedExperts(Width, 3, 2, 5, Kind = ExpertKind.Custom, Formula = nameof(Blend), SharedExperts = 1, Bias = true)]
    public partial RoutedExperts Blended { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", 6, 6, 2)] Tensor pixels)
    {
        Tensor patches = Patches.Forward(Windows.Forward(pixels));
        Tensor x = patches.Reshape(-1, 9, Width);
        x += Heads.Forward(x);
        x += ThinHeads.Forward(x);
        x += Thin.Forward(x);
        x += Adapted.Forward(x);
        x += Common.Forward(x);
        x += Blended.Forward(x);
        return Head.Forward(x.Mean(1));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor targets) => logits.SquaredError(targets).Mean();

    private static Tensor Blend(Tensor gate, Tensor up)
    {
        Tensor open = gate.Sigmoid();
        return open * up.Tanh() + 0.5f * (1f - open) * up;
    }
}
