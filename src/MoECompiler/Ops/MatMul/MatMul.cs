namespace MoECompiler.Ops;

/// <summary>
/// The product of two matrices: f32[..., K] by f32[K, N] (or f32[N, K], transposed) gives f32[..., N]. With <paramref name="TransposeA"/>
/// the rows are summed over: f32[..., M] by f32[..., N] gives f32[M, N], a weight's gradient.
/// Two operands of 16 bits are multiplied and summed as floats. With <paramref name="Second"/> the sums go on over two more operands.
/// </summary>
/// <param name="TransposeA">Sum over the rows of the first operand.</param>
/// <param name="TransposeB">The second operand has its result's columns as rows, as a Linear's weight does.</param>
/// <param name="Epilogue">A formula on each sum, In(0), and on further operands, In(1) and on, that fit the result; fused in.</param>
/// <param name="Result">What the result is stored in.</param>
/// <param name="Second">How the second pair of operands lies, f32[..., L] by f32[L, N]; null where there is one pair.</param>
public sealed partial record MatMul(
    bool TransposeA = false, bool TransposeB = false, ScalarExpression? Epilogue = null, DType Result = DType.F32, SecondPair? Second = null)
    : Op, IFusesEpilogue
{
    public override string Arguments => this.WithEpilogue(First + SecondPair.Argument(Second));

    public override string KernelArguments => Second is null ? First : $"{First}, SecondTransposeB: {(Second.TransposeB ? "true" : "false")}";

    private string First => $"TransposeA: {(TransposeA ? "true" : "false")}, TransposeB: {(TransposeB ? "true" : "false")}";

    public int ProductOperands => Second is null ? 2 : 4;

    public override IEnumerable<Size> KernelSizes => Epilogue is { } epilogue ? epilogue.Extents : [];

    public Op WithEpilogue(ScalarExpression? epilogue) => this with { Epilogue = epilogue };

    public Op WithResult(DType result) => this with { Result = result };

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType a, TensorType b) = (operands[0], operands[1]);
        ProductTypes.Check("MatMul", a, b);
        if (a.Rank == 0)
            throw new ShapeError($"MatMul takes f32[..., K] and is given {a}");
        if (TransposeA)
        {
            if (Second is not null)
                throw new ShapeError("MatMul sums over the rows of one operand only");
            if (a.Rows != b.Rows)
                throw new ShapeError($"MatMul sums over {a.Rows} rows of {a} and {b.Rows} rows of {b}");
            return [new(Result, [a.Columns, b.Columns])];
        }
        if (b.Rank != 2)
            throw new ShapeError($"MatMul takes a matrix on the right and is given {b}");
        Size k = TransposeB ? b.Shape[1] : b.Shape[0];
        if (a.Columns != k)
            throw new ShapeError($"MatMul takes f32[..., {k}] and is given {a}");
        TensorType result = a.As(Result).WithColumns(TransposeB ? b.Shape[0] : b.Shape[1]);
        if (Second is { TransposeB: var transposeSecond } && !new MatMul(TransposeB: transposeSecond, Result: Result).Infer([operands[2], operands[3]])[0].Equals(result))
            throw new ShapeError($"MatMul goes on from {a} by {b} with other rows or columns: {operands[2]} by {operands[3]}");
        return [result];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value a, Value b, Value dy) = (node.Operands[0], node.Operands[1], upstream[0]!);
        if (TransposeA)
            return [graph.MatMul(b, dy, transposeB: true, name: $"d_{a.Name}"), graph.MatMul(a, dy, name: $"d_{b.Name}")];
        Value da = graph.MatMul(dy, b, transposeB: !TransposeB, name: $"d_{a.Name}");
        Value db = TransposeB
            ? graph.MatMul(dy, a, transposeA: true, name: $"d_{b.Name}")
            : graph.MatMul(a, dy, transposeA: true, name: $"d_{b.Name}");
        return [da, db];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) =>
        2 * results[0].Count * ((TransposeA ? operands[0].Rows : operands[0].Columns) + (Second is null ? Size.Zero : operands[2].Columns));
}

public static partial class GraphOps
{
    /// <summary>The product of both, of which one is rounded where the other is stored in 16 bits.</summary>
    public static Value MatMul(this GraphBuilder graph, Value a, Value b, bool transposeA = false, bool transposeB = false, string name = "product")
    {
        (a, b) = graph.Alike(a, b);
        return graph.Add(new MatMul(transposeA, transposeB), name, a, b);
    }
}
