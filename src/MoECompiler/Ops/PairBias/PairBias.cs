namespace MoECompiler.Ops;

/// <summary>
/// A bias of an attention for each head, made of distances by bells and two layers: with psi_k(D) = exp(-((D - mu_k) / sigma_k)^2 / 2) / (sqrt(2 pi) sigma_k)
/// and sigma_k = |s_k| + 0.001, y = W2 gelu(W1 psi + b1) + b2 for a pair of known points, and 0 for any other. Neither psi nor what is between the
/// layers is ever in memory for all pairs, nor is it in the backward half, which computes both again.
/// Source: Wu et al., Structure-Enhanced Protein Instruction Tuning, KDD 2025.
/// </summary>
/// <remarks>Takes D f32[B, S, S], known f32[B, S], mu and s f32[K], W1 f32[N, K], b1 f32[N], W2 f32[H, N] and b2 f32[H]; gives f32[B, H, S, S].</remarks>
public sealed partial record PairBias : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType distances, TensorType known, TensorType means, TensorType first, TensorType second) =
            (operands[0], operands[1], operands[2], operands[4], operands[6]);
        if (distances.Rank != 3 || distances.Shape[1] != distances.Shape[2] || known != TensorType.F32(distances.Shape[0], distances.Shape[1]))
            throw new ShapeError($"PairBias takes distances f32[B, S, S] and which points are known, f32[B, S], and is given {distances} and {known}");
        if (first.Rank != 2 || second.Rank != 2 || means.Shape[0] != first.Columns || first.Rows != second.Columns)
            throw new ShapeError($"PairBias takes layers f32[N, K] and f32[H, N] of bells f32[K] and is given {first}, {second} and {means}");
        return [TensorType.F32(distances.Shape[0], second.Rows, distances.Shape[1], distances.Shape[2])];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        EquatableArray<Value> given = node.Operands;
        string[] names = [.. new[] { 0, 2, 3, 4, 5, 6, 7 }.Select(i => $"d_{given[i].Name}")];
        EquatableArray<Value> slopes = graph.AddNode(new PairBiasGradient(), names, [.. given.Take(7), upstream[0]!]);
        return [slopes[0], null, .. slopes.Skip(1)];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) =>
        operands[0].Count * (8 * operands[2].Count + 2 * operands[4].Count + 2 * operands[6].Count);
}

/// <summary>
/// The gradients by the distances, mu, s, W1, b1, W2 and b2, of the operands of <see cref="PairBias"/> but b2, and dy. With g = W1ᵀ (gelu' W2ᵀ dy) and
/// z = (D - mu) / sigma, sums over pairs of g psi z / sigma for mu, sign(s) g psi (z^2 - 1) / sigma for s, and -sum_k g psi z / sigma for D.
/// </summary>
public sealed partial record PairBiasGradient : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
        [operands[0], operands[2], operands[3], operands[4], operands[5], operands[6], TensorType.F32(operands[6].Rows)];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) =>
        operands[0].Count * (24 * operands[2].Count + 6 * operands[4].Count + 4 * operands[6].Count);
}
