namespace MoECompiler.Ops;

/// <summary>
/// Takes the expert from the slots that a rule does not keep: experts i32[T, K] and their scores f32[T, K], in descending order, give
/// i32[T, K], -1 for a slot that lost its expert. The first slot is always kept; a score of NaN is not.
/// </summary>
/// <param name="Rule">Which slots are kept.</param>
/// <param name="Limit">What the rule compares with.</param>
public sealed partial record KeepSlots(SlotRule Rule, float Limit) : Op
{
    public override string Arguments => $"Rule: SlotRule.{Rule}, Limit: {ScalarExpression.Constant.Text(Limit)}";

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
        operands[0].Rank == 2 && operands[0].Shape.Equals(operands[1].Shape)
            ? [operands[0]]
            : throw new ShapeError($"KeepSlots takes i32[T, K] and f32[T, K] and is given {operands[0]} and {operands[1]}");
}
