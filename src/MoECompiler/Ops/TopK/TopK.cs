namespace MoECompiler.Ops;

/// <summary>
/// The indices of the <paramref name="Count"/> greatest of each row, greatest first; ties go to the lower index, and NaN counts as the
/// least, so that the indices are valid whatever comes. f32[T, E] gives i32[T, Count].
/// </summary>
public sealed partial record TopK(Size Count) : Op
{
    public override string Arguments => $"Count: {Count}";

    public override string KernelArguments => "";

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.I32(operands[0].Rows, Count)];
}
