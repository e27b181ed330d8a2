namespace MoECompiler.Ops;

/// <summary>
/// A number that depends on the training step, f32[]: the temperature of a gate, say. It goes from <paramref name="From"/> at step 0 to
/// <paramref name="To"/> at step <paramref name="Over"/>, up or down, and stays there; of a later begin, as many steps later.
/// </summary>
/// <remarks>Source: Nie et al., EvoMoE, 2021, and the schedules of its published code, where From is the greater.</remarks>
/// <param name="Shape">How it goes.</param>
/// <param name="From">The first value.</param>
/// <param name="To">The last one.</param>
/// <param name="Over">How many steps it takes, at least 1.</param>
/// <param name="Begin">The step at which it begins to go; before, it is the first value.</param>
public sealed partial record ScheduledValue(ScheduleShape Shape, float From, float To, int Over, int Begin = 0) : Op
{
    public override string Arguments =>
        $"Shape: ScheduleShape.{Shape}, From: {ScalarExpression.Constant.Text(From)}, To: {ScalarExpression.Constant.Text(To)}, Over: {Over}{(Begin == 0 ? "" : $", Begin: {Begin}")}";

    /// <summary>Not random, but a function of the step that random numbers depend on.</summary>
    public override bool IsRandom => true;

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (Over < 1)
            throw new ShapeError($"a schedule takes at least 1 step, not {Over}");
        if (Shape == ScheduleShape.Exponential && !(From * To > 0))
            throw new ShapeError($"an exponential schedule goes between numbers of one sign, not from {ScalarExpression.Constant.Text(From)} to {ScalarExpression.Constant.Text(To)}");
        return [TensorType.F32()];
    }
}
