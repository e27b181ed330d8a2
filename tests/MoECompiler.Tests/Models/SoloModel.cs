namespace MoECompiler.Tests.Models;

/// <summary>One layer that evolves and nothing else.</summary>
[Model]
[Evolve(SpawnAt = 4, HardAt = 9, TemperatureSteps = 4, SpawnSeed = 11)]
public sealed partial class SoloModel
{
    [Size] public const int Width = 12, Experts = 6, Inner = 20;

    [RoutedExperts(Width, Experts, 1, Inner, Bias = true, NormalizeTopK = false, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Mixture.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>The same with new experts that remember nothing.</summary>
[Model]
[Evolve(SpawnAt = 4, Spawn = SpawnKind.Copy, ResetMoments = true)]
public sealed partial class ForgetfulModel
{
    [RoutedExperts(SoloModel.Width, SoloModel.Experts, 1, SoloModel.Inner, NormalizeTopK = false)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Mixture.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>The same with one expert and no phases.</summary>
[Model]
public sealed partial class OneExpertModel
{
    [RoutedExperts(SoloModel.Width, 1, 1, SoloModel.Inner, Bias = true, Router = RouterKind.First)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Mixture.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>The network that an expert of <see cref="SoloModel"/> is.</summary>
[Model]
public sealed partial class DenseModel
{
    [Linear(SoloModel.Width, SoloModel.Inner)]
    public partial Linear Up { get; }

    [Linear(SoloModel.Inner, SoloModel.Width)]
    public partial Linear Down { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Down.Forward(Up.Forward(x).Relu());
}

/// <summary>A mixture that it can be upcycled to.</summary>
[Model]
public sealed partial class UpcycledModel
{
    [RoutedExperts(SoloModel.Width, SoloModel.Experts, 2, SoloModel.Inner, Bias = true)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Mixture.Forward(x);
}

/// <summary>Five experts with a fifth of its neurons each, all of which compute each row: with equal weights, times 5, their sum.</summary>
[Model]
public sealed partial class SplitModel
{
    [RoutedExperts(SoloModel.Width, 5, 5, 4, Bias = true, RoutedScale = 5)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Mixture.Forward(x);
}

/// <summary>The network with fewer neurons.</summary>
[Model]
public sealed partial class PrunedModel
{
    [Size] public const int Kept = 8;

    [Linear(SoloModel.Width, Kept)]
    public partial Linear Up { get; }

    [Linear(Kept, SoloModel.Width)]
    public partial Linear Down { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Down.Forward(Up.Forward(x).Relu());
}
