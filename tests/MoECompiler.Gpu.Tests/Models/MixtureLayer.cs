namespace MoECompiler.Gpu.Tests.Models;

/// <summary>Nothing but a layer of routed experts.</summary>
[Model]
public sealed partial class MixtureLayer
{
    [Size] public const int Width = 32, Experts = 8, TopK = 2, Inner = 48;

    [RoutedExperts(Width, Experts, TopK, Inner)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward([Shape("B", Width)] Tensor x) => Mixture.Forward(x);
}

/// <summary>The same with the gated experts of today's large models.</summary>
[Model]
public sealed partial class GatedMixtureLayer
{
    [Size] public const int Width = 32, Experts = 8, TopK = 2, Inner = 48;

    [RoutedExperts(Width, Experts, TopK, Inner, Kind = ExpertKind.SwiGlu, NormalizeTopK = false)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward([Shape("B", Width)] Tensor x) => Mixture.Forward(x);
}

/// <summary>Nothing but a product.</summary>
[Model]
public sealed partial class LinearLayer
{
    [Size] public const int Width = 32, Out = 48;

    [Linear(Width, Out)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", Width)] Tensor x) => Head.Forward(x).Relu();
}

[Lora<LinearLayer>(Rank = 4)]
public sealed partial class LinearLayerAdapter;

[Lora<GatedMixtureLayer>(Rank = 4)]
public sealed partial class GatedMixtureAdapter;
