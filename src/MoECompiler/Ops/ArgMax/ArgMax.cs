namespace MoECompiler.Ops;

/// <summary>
/// The index of the greatest element along the innermost extent; ties go to the lower, and NaN counts as the least. f32[..., N] gives
/// i32[...].
/// </summary>
public sealed partial record ArgMax : Op
{
    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => operands[0].Rank == 0
        ? throw new ShapeError("ArgMax takes f32[..., N] and is given a scalar")
        : [TensorType.I32([.. operands[0].Shape.Take(operands[0].Rank - 1)])];
}
