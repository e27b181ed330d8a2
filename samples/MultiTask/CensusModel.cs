using MoECompiler;

namespace MultiTask;

/// <summary>
/// Two questions about a person of the census, answered by one bank of experts: each question has a gate of its own that mixes the experts
/// as it needs them. Source: Ma et al., Modeling Task Relationships with Multi-gate Mixture-of-Experts, KDD 2018.
/// </summary>
[Model]
public sealed partial class CensusModel
{
    /// <summary>Columns after encoding: bound to what the table has when the model is made.</summary>
    [Size] public const int Features = 100;

    [Size] public const int Experts = 6, Inner = 32, Width = 16;

    [ExpertBank(Features, Experts, Inner, Width)]
    public partial ExpertBank Bank { get; }

    [Gate(Features, Experts)]
    public partial Gate IncomeGate { get; }

    [Gate(Features, Experts)]
    public partial Gate MarriageGate { get; }

    [Linear(Width, 1)]
    public partial Linear IncomeHead { get; }

    [Linear(Width, 1)]
    public partial Linear MarriageHead { get; }

    [Forward]
    public (Tensor Income, Tensor Marriage) Forward(Tensor person)
    {
        Tensor bank = Bank.Forward(person);
        Tensor income = IncomeGate.Forward(person, bank).Relu();
        Tensor marriage = MarriageGate.Forward(person, bank).Relu();
        return (IncomeHead.Forward(income), MarriageHead.Forward(marriage));
    }

    [Loss]
    public Tensor Loss(Tensor income, Tensor marriage, Tensor earnsMore, Tensor neverMarried) =>
        income.BinaryCrossEntropy(earnsMore).Mean() + marriage.BinaryCrossEntropy(neverMarried).Mean();
}
