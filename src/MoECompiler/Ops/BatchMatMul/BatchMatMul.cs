namespace MoECompiler.Ops;

/// <summary>A product of matrices for each index of the outer extents: f32[..., M, K] by f32[..., K, N] gives f32[..., M, N].</summary>
/// <param name="TransposeA">The first operand is f32[..., K, M].</param>
/// <param name="TransposeB">The second operand is f32[..., N, K].</param>
public sealed partial record BatchMatMul(bool TransposeA = false, bool TransposeB = false) : Op
{
    public override string Arguments => $"TransposeA: {(TransposeA ? "true" : "false")}, TransposeB: {(TransposeB ? "true" : "false")}";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType a, TensorType b) = (operands[0], operands[1]);
        if (a.Rank < 2 || a.Rank != b.Rank || !a.Shape.Take(a.Rank - 2).SequenceEqual(b.Shape.Take(b.Rank - 2)))
            throw new ShapeError($"BatchMatMul takes matrices under the same outer extents and is given {a} and {b}");
        (Size m, Size k) = Matrix(a, TransposeA);
        (Size kb, Size n) = Matrix(b, TransposeB);
        if (k != kb)
            throw new ShapeError($"BatchMatMul sums over {k} of {a} and {kb} of {b}");
        return [a.WithShape([.. a.Shape.Take(a.Rank - 2), m, n])];
    }

    private static (Size Rows, Size Columns) Matrix(TensorType type, bool transposed) => transposed
        ? (type.Shape[type.Rank - 1], type.Shape[type.Rank - 2])
        : (type.Shape[type.Rank - 2], type.Shape[type.Rank - 1]);

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value a, Value b, Value dy) = (node.Operands[0], node.Operands[1], upstream[0]!);
        Value da = TransposeA
            ? graph.BatchMatMul(b, dy, TransposeB, true, $"d_{a.Name}")
            : graph.BatchMatMul(dy, b, false, !TransposeB, $"d_{a.Name}");
        Value db = TransposeB
            ? graph.BatchMatMul(dy, a, true, TransposeA, $"d_{b.Name}")
            : graph.BatchMatMul(a, dy, !TransposeA, false, $"d_{b.Name}");
        return [da, db];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) =>
        2 * results[0].Count * Matrix(operands[0], TransposeA).Columns;
}

public static partial class GraphOps
{
    public static Value BatchMatMul(this GraphBuilder graph, Value a, Value b, bool transposeA, bool transposeB, string name) =>
        graph.Add(new BatchMatMul(transposeA, transposeB), name, a, b);
}
