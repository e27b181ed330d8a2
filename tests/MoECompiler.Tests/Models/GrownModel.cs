namespace MoECompiler.Tests.Models;

/// <summary>A tree that loses branches, experts whose number grows with the steps, a router with a gated state, and heads that are mixtures.</summary>
[Model]
public sealed partial class GrownModel
{
    [Size] public const int Columns = 5, Width = 7, Inner = 6;

    public const int Experts = 6, Groups = 3, Heads = 2, FirstTopK = 2, TopKSteps = 8;

    public const float BranchDropout = 0.4f;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, Experts, 3, Inner, Router = RouterKind.Hierarchical, Groups = Groups, Mask = RouterMask.Branches, BranchDropout = BranchDropout,
        NormalizeTopK = false, GateImportanceLoss = 0.1f, Activation = Activation.Tanh)]
    public partial RoutedExperts Tree { get; }

    [RoutedExperts(Width, Experts, Experts, Inner, Selection = RouterSelection.GrowingTopK, FirstTopK = FirstTopK, TopKSteps = TopKSteps, FrozenRouter = true,
        RouterBias = true, GateImportanceLoss = 0.2f, Activation = Activation.Tanh)]
    public partial RoutedExperts Growing { get; }

    [RoutedExperts(Width, 4, 2, Inner, Level = RouterLevel.GatedRecurrent, RouterWidth = 5, NormalizeTopK = false, BalanceLoss = 0.1f, Activation = Activation.Tanh,
        SharedExperts = 1, SharedWeight = SharedWeight.Sigmoid)]
    public partial RoutedExperts Gated { get; }

    [RoutedExperts(Width, Experts, Heads, 4, Kind = ExpertKind.SwitchHead, Selection = RouterSelection.OnePerGroup, Groups = Heads, Score = RouterScore.Sigmoid,
        NormalizeTopK = false, Causal = true, Rotary = RotaryKind.Halves)]
    public partial RoutedExperts Switching { get; }

    [RoutedExperts(Width, Experts, 2, 4, Kind = ExpertKind.AttentionHead, Causal = true, NormalizeTopK = false, SharedExperts = 2, SharedWeight = SharedWeight.Softmax)]
    public partial RoutedExperts OfHeads { get; }

    [Forward]
    public Tensor Forward([Shape("B", "T", Columns)] Tensor features)
    {
        Tensor x = Stem.Forward(features).Tanh();
        x += Tree.Forward(x);
        x += Growing.Forward(x);
        x += Gated.Forward(x);
        x += Switching.Forward(x);
        return x + OfHeads.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>A network of one hidden layer.</summary>
[Model]
public sealed partial class NeuronModel
{
    [Size] public const int Width = 6, Inner = 24;

    [Linear(Width, Inner)]
    public partial Linear Up { get; }

    [Linear(Inner, Width)]
    public partial Linear Down { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Down.Forward(Up.Forward(x).Relu());
}

/// <summary>The same in experts, which all compute all rows, or half of them.</summary>
[Model]
public sealed partial class ClusteredModel
{
    [Size] public const int Experts = 4, TopK = 4;

    [RoutedExperts(NeuronModel.Width, Experts, TopK, NeuronModel.Inner / Experts, Bias = true, UnitWeights = true, FrozenRouter = true)]
    public partial RoutedExperts Layer { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Layer.Forward(x);
}

/// <summary>Every row may have any expert, but for the branches that it loses; experts that choose their rows, and such as can be full.</summary>
[Model]
public sealed partial class BranchedModel
{
    public const int Width = 3;

    [RoutedExperts(Width, GrownModel.Experts, GrownModel.Experts, 2, Mask = RouterMask.Branches, Groups = GrownModel.Groups, BranchDropout = GrownModel.BranchDropout)]
    public partial RoutedExperts Tree { get; }

    [RoutedExperts(Width, GrownModel.Experts, 2, 2, Selection = RouterSelection.ExpertChoice)]
    public partial RoutedExperts Choosing { get; }

    [RoutedExperts(Width, GrownModel.Experts, 2, 2, NormalizeTopK = false, GateImportanceLoss = 0.1f, ImportanceLoss = 0.1f)]
    public partial RoutedExperts Gates { get; }

    [RoutedExperts(Width, GrownModel.Experts, 2, 2, CapacityFactor = 1)]
    public partial RoutedExperts Full { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Tree.Forward(x) + Choosing.Forward(x) + Gates.Forward(x) + Full.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y) => y.Square().Mean();
}
