namespace MoECompiler.Tests.Models;

/// <summary>Every way to choose experts but the plain one, and every way to drop rows.</summary>
[Model]
public sealed partial class ChosenModel
{
    [Size] public const int Columns = 7, Width = 9, Experts = 6, TopK = 3, Inner = 5, Classes = 3;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, Experts, Experts, Inner, Selection = RouterSelection.TopP, TopP = 0.7f, NormalizeTopK = false, EntropyLoss = 0.1f, Activation = Activation.Tanh)]
    public partial RoutedExperts Enough { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, Selection = RouterSelection.Threshold, Threshold = 0.15f, Bias = true, BalanceLoss = 0.1f, Activation = Activation.Tanh)]
    public partial RoutedExperts Above { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Score = RouterScore.Sigmoid, ReportEntropy = true, Selection = RouterSelection.GroupedTopK, Groups = 3, TopGroups = 2,
        GroupScore = GroupScore.SumOfTwoBest, GroupBalanceLoss = 0.1f, GroupTrafficLoss = 0.2f, SelectionBias = true, RoutedScale = 2.5f, SharedExperts = 1, Activation = Activation.Tanh)]
    public partial RoutedExperts Grouped { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Selection = RouterSelection.ExpertChoice, RoutedScale = 1.5f, Kind = ExpertKind.SwiGlu)]
    public partial RoutedExperts Choosing { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, CapacityFactor = 0.5f, Drop = DropPolicy.Priority, Activation = Activation.Identity)]
    public partial RoutedExperts Prior { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, CapacityFactor = 0.5f, EvaluationCapacityFactor = 0.75f, Drop = DropPolicy.Random, Activation = Activation.Tanh)]
    public partial RoutedExperts Any { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Selection = RouterSelection.OnePerGroup, Groups = 2, NormalizeTopK = false, GroupBalanceLoss = 0.1f, GateLoss = 0.1f,
        GateMask = GateMask.All, GateTransform = GateTransform.NegativeLog, Activation = Activation.Tanh)]
    public partial RoutedExperts Parted { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Router = RouterKind.Hierarchical, Groups = 3, Selection = RouterSelection.GroupedTopK, TopGroups = 2,
        GroupScore = GroupScore.Sum, NormalizeTopK = false, BalanceLoss = 0.1f, Activation = Activation.Tanh)]
    public partial RoutedExperts Tree { get; }

    [RoutedExperts(Width, Experts, 1, Inner, Selection = RouterSelection.Balanced, Score = RouterScore.Sigmoid, NormalizeTopK = false, Activation = Activation.Tanh)]
    public partial RoutedExperts Even { get; }

    [RoutedExperts(Width, Experts, Experts, Inner, Noise = RouterNoise.Gumbel, Temperature = 2, FinalTemperature = 0.3f, TemperatureSteps = 20,
        Selection = RouterSelection.Threshold, Threshold = 0.05f, NormalizeTopK = false, BalanceLoss = 0.1f, GateLoss = 0.1f, Activation = Activation.Tanh)]
    public partial RoutedExperts Cooling { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor features)
    {
        Tensor x = Stem.Forward(features).Tanh();
        x += Enough.Forward(x);
        x += Above.Forward(x);
        x += Grouped.Forward(x);
        x += Choosing.Forward(x);
        x += Prior.Forward(x);
        x += Any.Forward(x);
        x += Parted.Forward(x);
        x += Tree.Forward(x);
        x += Even.Forward(x);
        x += Cooling.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}
