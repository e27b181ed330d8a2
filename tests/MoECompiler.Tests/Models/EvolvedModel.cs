namespace MoECompiler.Tests.Models;

/// <summary>Layers that evolve, repeated and not, of all kinds of parts, beside one whose router does not judge.</summary>
[Model]
[Evolve(SpawnAt = 5, SparsifyAt = 7, HardAt = 13, TemperatureSteps = 5, Threshold = 0.01f, SpawnSeed = 3)]
public sealed partial class EvolvedModel
{
    [Size] public const int Columns = 7, Width = 9, Depth = 2, Experts = 5, Inner = 6, Classes = 3;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [Weights("blocks.{layer}"), Layers(Depth)]
    public partial Layers<EvolvedBlock> Blocks { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Kind = ExpertKind.SwiGlu, SharedExperts = 1, Router = RouterKind.Bounded, RouterBias = true, CapacityFactor = 1.5f, LoadLoss = 0.1f,
        Noise = RouterNoise.Learned, SelectionBias = true)]
    public partial RoutedExperts Mixture { get; }

    [RoutedExperts(Width, Experts, 1, Inner, Router = RouterKind.Cyclic, Activation = Activation.Silu)]
    public partial RoutedExperts Turns { get; }

    [RoutedExperts(Width, Experts, 1, Inner, Router = RouterKind.First, RoutedScale = 2, Activation = Activation.Gelu)]
    public partial RoutedExperts Only { get; }

    [Dropout(0.1f)]
    public partial Dropout Drop { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor features)
    {
        Tensor x = Stem.Forward(features).Tanh();
        foreach (EvolvedBlock block in Blocks)
            x = block.Forward(x);
        x += Mixture.Forward(x);
        x += Turns.Forward(Drop.Forward(x));
        x += Only.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>A layer that is Switch's once it has evolved.</summary>
[Module]
public sealed partial class EvolvedBlock
{
    [LayerNorm(EvolvedModel.Width)]
    public partial LayerNorm Norm { get; }

    [RoutedExperts(EvolvedModel.Width, EvolvedModel.Experts, 1, EvolvedModel.Inner, Bias = true, Activation = Activation.Gelu, NormalizeTopK = false, BalanceLoss = 0.01f, ZLoss = 0.01f, ReportEntropy = true)]
    public partial RoutedExperts Mlp { get; }

    [Forward]
    public Tensor Forward(Tensor x) => x + Mlp.Forward(Norm.Forward(x));
}

/// <summary>A gate whose weights are those of the clean softmax, divided by their sum, and no phase before it.</summary>
[Model]
[Evolve(Temperature = 1.5f, FinalTemperature = 0.5f, TemperatureShape = ScheduleShape.Exponential, TemperatureSteps = 20, Threshold = 0.05f, SameForBatch = true, SoftmaxGates = true, Normalize = true)]
public sealed partial class SoftGateModel
{
    [RoutedExperts(5, 4, 1, 3, NormalizeTopK = false, Activation = Activation.Silu)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor features) => Mixture.Forward(features);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}
