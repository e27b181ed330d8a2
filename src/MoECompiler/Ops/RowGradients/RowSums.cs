namespace MoECompiler.Ops;

/// <summary>
/// For each row that a <see cref="RowOrder"/> names the sum of the rows of f32[..., W] that belong to it, in their order: f32[N, W], N rows in all,
/// where the row's number stands; 0 where there is -1. So the gradient of a table is no larger than that of what was read of it.
/// </summary>
public sealed partial record RowSums : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.F32(operands[1].Count, operands[0].Columns)];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => results[0].Count;
}
