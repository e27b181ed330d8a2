namespace MoECompiler.Ops;

/// <summary>
/// The numbers of pairs in a grid of <paramref name="Columns"/> columns. Of the best rows i32[T, N] and the best columns i32[T, M] a pick
/// i32[T, K] from 0 to below N * M says which: pick / M of the rows and pick % M of the columns. Gives row * Columns + column, i32[T, K].
/// </summary>
public sealed partial record PickPairs(Size Columns) : Op
{
    public override string Arguments => $"Columns: {Columns}";

    public override IEnumerable<Size> KernelSizes => [Columns];

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (operands.Any(static o => o.Rank != 2 || o.Type != DType.I32) || operands.Any(o => o.Rows != operands[0].Rows))
            throw new ShapeError($"PickPairs takes i32[T, N], i32[T, M] and i32[T, K] and is given {string.Join(", ", operands)}");
        return [operands[2]];
    }
}
