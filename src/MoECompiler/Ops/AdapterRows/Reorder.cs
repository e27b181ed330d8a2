namespace MoECompiler.Ops;

/// <summary>
/// Rows of one dispatch in the order of another: x f32[R, N], position i32[T, K] of the dispatch that x is in the order of, and order i32[R]
/// of the other give y[r] = x[position[order[r]]], 0 where either is -1.
/// </summary>
public sealed partial record Reorder : Op
{
    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (operands[0].Shape[0] != operands[2].Count || operands[1].Count != operands[2].Count)
            throw new ShapeError($"Reorder takes rows, positions and an order of one number and is given {operands[0]}, {operands[1]} and {operands[2]}");
        return [operands[0]];
    }
}
