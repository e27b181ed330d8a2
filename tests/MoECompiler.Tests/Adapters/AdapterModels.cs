using MoECompiler.Tests.Models;

namespace MoECompiler.Tests.Adapters;

/// <summary>Every weight of a product that there is, routers and noise too.</summary>
[Lora<RoutedModel>(Rank = 3, Alpha = 6, Targets = [
    nameof(RoutedModel.Stem), nameof(RoutedModel.TwoLayer), "Router", nameof(RoutedModel.Gated), "Noisy.Noise", nameof(RoutedModel.Bounded), "Head"])]
public sealed partial class RoutedAdapter;

/// <summary>Inside repeated layers: stacked factors.</summary>
[Lora<LayeredModel>(Rank = 2, Targets = ["Mlp", nameof(LayeredModel.Context), "Router"])]
public sealed partial class LayeredAdapter;

/// <summary>The usual targets: convolutions and patches as matrices, a frozen member.</summary>
[Lora<PictureModel>(Rank = 1, Alpha = 0.5f)]
public sealed partial class PictureAdapter;

/// <summary>A weight that is used twice, and a bank of experts.</summary>
[Lora<TwoTaskModel>(Rank = 4)]
public sealed partial class TwoTaskAdapter;
