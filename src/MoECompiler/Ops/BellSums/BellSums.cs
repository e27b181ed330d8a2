namespace MoECompiler.Ops;

/// <summary>
/// The bells of a point's distances to all known points, added up: y_ik = sum_j psi_k(D_ij), with psi as in <see cref="PairBias"/>. Distances
/// f32[B, S, S], which points are known f32[B, S], mu and s f32[K] give f32[B, S, K]; no bell is in memory.
/// </summary>
public sealed partial record BellSums : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType distances, TensorType known, TensorType means) = (operands[0], operands[1], operands[2]);
        if (distances.Rank != 3 || distances.Shape[1] != distances.Shape[2] || known != TensorType.F32(distances.Shape[0], distances.Shape[1]))
            throw new ShapeError($"BellSums takes distances f32[B, S, S] and which points are known, f32[B, S], and is given {distances} and {known}");
        return [distances.WithColumns(means.Columns)];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        EquatableArray<Value> given = node.Operands;
        EquatableArray<Value> slopes = graph.AddNode(
            new BellSumsGradient(), [$"d_{given[0].Name}", $"d_{given[2].Name}", $"d_{given[3].Name}"], [.. given, upstream[0]!]);
        return [slopes[0], null, slopes[1], slopes[2]];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 9 * operands[0].Count * operands[2].Count;
}

/// <summary>The gradients by the distances, mu and s, of the operands of <see cref="BellSums"/> and dy; the slopes of a bell are those of <see cref="PairBiasGradient"/>.</summary>
public sealed partial record BellSumsGradient : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0], operands[2], operands[3]];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 16 * operands[0].Count * operands[2].Count;
}
