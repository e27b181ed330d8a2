namespace MoECompiler.Tests.Models;

/// <summary>Routers whose losses and measures papers give exact values for. Each layer reads the same rows.</summary>
[Model]
public sealed partial class IdentityModel
{
    public const int Width = 4, Experts = 4, Inner = 3;

    [RoutedExperts(Width, Experts, 1, Inner, NormalizeTopK = false, BalanceLoss = 0.01f, ImportanceLoss = 0.1f, GateLoss = 1, GateMask = GateMask.All)]
    public partial RoutedExperts First { get; }

    [RoutedExperts(Width, Experts, 1, Inner, NormalizeTopK = false, GateLoss = 1, Noise = RouterNoise.Learned, LoadLoss = 0.1f)]
    public partial RoutedExperts Masked { get; }

    [RoutedExperts(Width, Experts, Experts, Inner, NormalizeTopK = false, Selection = RouterSelection.Threshold, Threshold = 0, GateLoss = 1)]
    public partial RoutedExperts Dense { get; }

    [RoutedExperts(Width, Experts, 2, Inner, BalanceLoss = 1, SequenceBalanceLoss = 1)]
    public partial RoutedExperts Sequences { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Selection = RouterSelection.GroupedTopK, Groups = Experts, TopGroups = 2, BalanceLoss = 1, GroupBalanceLoss = 1, GroupTrafficLoss = 1)]
    public partial RoutedExperts Devices { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Router = RouterKind.Hierarchical, Groups = 2, NormalizeTopK = false, ReportEntropy = true)]
    public partial RoutedExperts Tree { get; }

    [RoutedExperts(Width, Experts, Experts, Inner, NormalizeTopK = false, Selection = RouterSelection.TopP, TopP = 1e-6f)]
    public partial RoutedExperts Least { get; }

    [RoutedExperts(Width, Experts, Experts, Inner, NormalizeTopK = false, Selection = RouterSelection.TopP, TopP = 0.5f)]
    public partial RoutedExperts Some { get; }

    [RoutedExperts(Width, Experts, Experts, Inner, NormalizeTopK = false, Selection = RouterSelection.TopP, TopP = 0.8f)]
    public partial RoutedExperts More { get; }

    [RoutedExperts(Width, Experts, Experts, Inner, NormalizeTopK = false, Selection = RouterSelection.TopP, TopP = 1)]
    public partial RoutedExperts All { get; }

    [Forward]
    public Tensor Forward([Shape("B", "T", Width)] Tensor x) =>
        First.Forward(x) + Masked.Forward(x) + Dense.Forward(x) + Sequences.Forward(x) + Devices.Forward(x) + Tree.Forward(x)
        + Least.Forward(x) + Some.Forward(x) + More.Forward(x) + All.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>One mixture, weighted in the three ways that softmax and choice can follow each other.</summary>
[Model]
public sealed partial class OrderModel
{
    public const int Width = 5, Experts = 6, TopK = 2, Inner = 3;

    [RoutedExperts(Width, Experts, TopK, Inner, RouterBias = true, SoftmaxAfterTopK = true)]
    public partial RoutedExperts SoftmaxLast { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, RouterBias = true, NormalizeTopK = false)]
    public partial RoutedExperts SoftmaxFirst { get; }

    [RoutedExperts(Width, Experts, TopK, Inner, RouterBias = true)]
    public partial RoutedExperts Normalized { get; }

    [Forward]
    public Tensor Forward([Shape("B", Width)] Tensor x) => SoftmaxLast.Forward(x) + SoftmaxFirst.Forward(x) + Normalized.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>A mask by a table: whatever the router says, a row has only experts that its id may have.</summary>
[Model]
public sealed partial class MaskedModel
{
    public const int Width = 4, Experts = 5, Ids = 3;

    [RoutedExperts(Width, Experts, 3, 4, Mask = RouterMask.Table, Ids = Ids, Score = RouterScore.Sigmoid, SelectionBias = true, BalanceLoss = 0.01f)]
    public partial RoutedExperts Layer { get; }

    [Forward]
    public Tensor Forward([Shape("B", Width)] Tensor x, [Shape("B", Integer = true)] Tensor ids) => Layer.Forward(x, ids);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}
