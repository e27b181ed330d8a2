namespace MoECompiler.Tests.Models;

/// <summary>Soft mixtures over sequences, with and without cosines, and a router with a memory.</summary>
[Model]
public sealed partial class SoftModel
{
    [Size] public const int Columns = 5, Width = 7, Experts = 3, Slots = 2, Inner = 6, Classes = 4;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [SoftExperts(Width, Experts, Slots, Inner, Bias = true, Activation = Activation.Tanh)]
    public partial SoftExperts Cosines { get; }

    [SoftExperts(Width, Experts, 1, Inner, Kind = ExpertKind.SwiGlu, Normalize = false)]
    public partial SoftExperts Products { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Level = RouterLevel.Recurrent, NormalizeTopK = false, Activation = Activation.Tanh, BalanceLoss = 0.1f)]
    public partial RoutedExperts Remembering { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", "T", Columns)] Tensor features)
    {
        Tensor x = Stem.Forward(features).Tanh();
        x += Cosines.Forward(x);
        x += Products.Forward(x);
        x += Remembering.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>
/// Two levels of experts of tasks and experts that tasks share: progressive layered extraction. A gate mixes several banks, joined, and a gate of
/// gates mixes two mixtures.
/// </summary>
[Model]
public sealed partial class LevelsModel
{
    [Size] public const int Columns = 6, Own = 2, Shared = 3, Inner = 5, Width = 4;

    [ExpertBank(Columns, Own, Inner, Width, Activation = Activation.Tanh)]
    public partial ExpertBank FirstOwn { get; }

    [ExpertBank(Columns, Own, Inner, Width, Activation = Activation.Tanh)]
    public partial ExpertBank SecondOwn { get; }

    [ExpertBank(Columns, Shared, Inner, Width, Activation = Activation.Tanh)]
    public partial ExpertBank Common { get; }

    [Gate(Columns, Own + Shared)]
    public partial Gate FirstGate { get; }

    [Gate(Columns, Own + Shared)]
    public partial Gate SecondGate { get; }

    [Gate(Columns, Own + Shared + Own)]
    public partial Gate CommonGate { get; }

    [ExpertBank(Width, Own, Inner, Width, Activation = Activation.Tanh)]
    public partial ExpertBank UpperFirstOwn { get; }

    [ExpertBank(Width, Shared, Inner, Width, Activation = Activation.Tanh)]
    public partial ExpertBank UpperCommon { get; }

    [Gate(Width, Own + Shared)]
    public partial Gate UpperFirstGate { get; }

    [Gate(Columns, 2)]
    public partial Gate OfGates { get; }

    [Forward]
    public (Tensor First, Tensor Second) Forward([Shape("B", Columns)] Tensor features)
    {
        Tensor own1 = FirstOwn.Forward(features);
        Tensor own2 = SecondOwn.Forward(features);
        Tensor common = Common.Forward(features);
        Tensor first = FirstGate.Forward(features, own1.Concat(common, axis: 0));
        Tensor second = SecondGate.Forward(features, own2.Concat(common, axis: 0));
        Tensor between = CommonGate.Forward(features, own1.Concat(common, axis: 0).Concat(own2, axis: 0));
        Tensor upper = UpperFirstGate.Forward(first, UpperFirstOwn.Forward(first).Concat(UpperCommon.Forward(between), axis: 0));
        return (upper, OfGates.Forward(features, second.Concat(between, axis: 0)));
    }

    [Loss]
    public Tensor Loss(Tensor first, Tensor second, Tensor target) => first.SquaredError(target).Mean() + second.SquaredError(target).Mean();
}
