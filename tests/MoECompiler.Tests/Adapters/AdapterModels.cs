using MoECompiler.Tests.Models;

namespace MoECompiler.Tests.Adapters;

/// <summary>Every weight of a product that there is, routers and noise too.</summary>
[Lora<RoutedModel>(Rank = 3, Alpha = 6, Targets = [
    nameof(RoutedModel.Stem), nameof(RoutedModel.TwoLayer), "Router", nameof(RoutedModel.Gated), "Noisy.Noise", nameof(RoutedModel.Bounded), "Head"])]
public sealed partial class RoutedAdapter;

/// <summary>Experts of both kinds; none of a bounded capacity, which would make the rows of a batch depend on each other.</summary>
[Model]
public sealed partial class MixtureModel
{
    [Size] public const int Columns = 11, Width = 13, Experts = 5, TopK = 2, Inner = 7, Classes = 3;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Activation = Activation.Gelu, Bias = true)]
    public partial RoutedExperts TwoLayer { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Kind = ExpertKind.SwiGlu, SoftmaxAfterTopK = true, SharedExperts = 1)]
    public partial RoutedExperts Gated { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor features)
    {
        Tensor x = Stem.Forward(features).Tanh();
        x += TwoLayer.Forward(x);
        x += Gated.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

[Lora<MixtureModel>(Rank = 3, Alpha = 2, Bank = true)]
public sealed partial class MixtureAdapter;

[Nola<RoutedModel>(Rank = 3, BasisA = 11, BasisB = 6, Alpha = 2, Seed = 9, Targets = [nameof(RoutedModel.Stem), nameof(RoutedModel.TwoLayer), nameof(RoutedModel.Gated), "Head"])]
public sealed partial class RoutedNola;

[Nola<MixtureModel>(Rank = 2, BasisA = 5, BasisB = 4)]
public sealed partial class MixtureNola;

[Nola<LayeredModel>(Rank = 2, BasisA = 5, BasisB = 7, Share = NolaShare.PerMatrix, Start = NolaStart.Uniform)]
public sealed partial class LayeredNola;

/// <summary>Inside repeated layers: stacked factors.</summary>
[Lora<LayeredModel>(Rank = 2, Targets = ["Mlp", nameof(LayeredModel.Context), "Router"], Bank = true)]
public sealed partial class LayeredAdapter;

/// <summary>The usual targets: convolutions and patches as matrices, a frozen member.</summary>
[Lora<PictureModel>(Rank = 1, Alpha = 0.5f, Bank = true)]
public sealed partial class PictureAdapter;

/// <summary>Factors of 32 bits on matrices of 16.</summary>
[Lora<BrainModel>(Rank = 2, Alpha = 1)]
public sealed partial class BrainAdapter;

/// <summary>Norms of rows that are stored in 16 bits.</summary>
[Dora<BrainModel>(Rank = 2, Alpha = 1)]
public sealed partial class BrainDora;

/// <summary>A weight that is used twice, and a bank of experts.</summary>
[Lora<TwoTaskModel>(Rank = 4, Bank = true)]
public sealed partial class TwoTaskAdapter;
