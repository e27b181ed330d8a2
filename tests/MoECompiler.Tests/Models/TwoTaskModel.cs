namespace MoECompiler.Tests.Models;

/// <summary>Two gates over one bank of experts, two results, two losses, a nested module that is used twice.</summary>
[Model]
public sealed partial class TwoTaskModel
{
    [Size] public const int Columns = 7, Experts = 3, Inner = 6, Width = 5;

    [ExpertBank(Columns, Experts, Inner, Width, Activation = Activation.GeluTanh)]
    public partial ExpertBank Bank { get; }

    [Gate(Columns, Experts)]
    public partial Gate FirstGate { get; }

    [Gate(Columns, Experts)]
    public partial Gate SecondGate { get; }

    public partial Tower Shared { get; }

    [Linear(Width, 1)]
    public partial Linear FirstHead { get; }

    [Linear(Width, 2)]
    public partial Linear SecondHead { get; }

    [Forward]
    public (Tensor First, Tensor Second) Forward(Tensor features)
    {
        Tensor bank = Bank.Forward(features);
        Tensor first = Shared.Forward(FirstGate.Forward(features, bank));
        Tensor second = Shared.Forward(SecondGate.Forward(features, bank));
        return (FirstHead.Forward(first), SecondHead.Forward(second));
    }

    [Loss]
    public Tensor Loss(Tensor first, Tensor second, Tensor target, Tensor label) =>
        first.SquaredError(target).Mean() + 0.5f * second.CrossEntropy(label).Mean();
}

[Module]
public sealed partial class Tower
{
    [Linear(TwoTaskModel.Width, TwoTaskModel.Width)]
    public partial Linear Inner { get; }

    [Dropout(0.5f)]
    public partial Dropout Drop { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Drop.Forward(Inner.Forward(x).Softplus());
}
