namespace MoECompiler.Ops;

/// <summary>
/// The weighted sum of each token's experts, in the order of its slots: rows f32[R, N], weights f32[T, K], position i32[T, K],
/// order i32[R] give f32[T, N]. A dropped slot, position -1, adds nothing.
/// </summary>
public sealed partial record Combine : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (!operands[1].Shape.Equals(operands[2].Shape))
            throw new ShapeError($"Combine takes weights and positions of one shape and is given {operands[1]} and {operands[2]}");
        return [TensorType.F32(operands[1].Shape[0], operands[0].Columns)];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value rows, Value weights, Value position, Value order) = (node.Operands[0], node.Operands[1], node.Operands[2], node.Operands[3]);
        Value dy = upstream[0]!;
        return
        [
            graph.Add(new CombineRowsGradient(), $"d_{rows.Name}", dy, weights, order),
            graph.Add(new CombineWeightsGradient(), $"d_{weights.Name}", dy, rows, position),
            null,
            null,
        ];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 2 * operands[0].Count;
}

/// <summary>d rows[r] = weight of the pair at r * dy[its token]: dy f32[T, N], weights f32[T, K], order i32[R] give f32[R, N]; 0 where order is -1.</summary>
public sealed partial record CombineRowsGradient : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
        [TensorType.F32(operands[2].Shape[0], operands[0].Columns)];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => results[0].Count;
}

/// <summary>d weights[t, j] = dy[t] . rows[position[t, j]]; 0 for a dropped slot. dy f32[T, N], rows f32[R, N], position i32[T, K] give f32[T, K].</summary>
public sealed partial record CombineWeightsGradient : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.F32([.. operands[2].Shape])];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 2 * operands[1].Count;
}
