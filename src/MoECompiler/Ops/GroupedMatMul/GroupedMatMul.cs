namespace MoECompiler.Ops;

/// <summary>
/// Multiplies each row by the matrix of the expert it is routed to. Operands: x f32[R, K] in rows of order, or f32[T, K] where
/// <paramref name="GatherRows"/>, row r then being x[order[r] / Slots]; weights f32[E, N, K] (<paramref name="TransposeB"/>) or
/// f32[E, K, N]; order i32[R]; offsets i32[E + 1]. Gives f32[R, N]; rows past offsets[E] are 0. With <paramref name="Second"/> the sums go
/// on over two more operands, which follow: rows of a depth of their own, and a matrix for each expert.
/// </summary>
/// <remarks>2*R*K*N flops. Sums in f32, of x and weights that are floats of one type. Source: Gale et al., MegaBlocks, MLSys 2023.</remarks>
/// <param name="GatherRows">Read the token's row; else x is already in the order of rows.</param>
/// <param name="TransposeB">Each expert's matrix has the result's columns as rows.</param>
/// <param name="Epilogue">A formula on each sum, In(0), and on further operands that fit the result; fused in.</param>
/// <param name="Result">What the result is stored in.</param>
/// <param name="Slots">How many slots a token has in the order; null for R / T.</param>
/// <param name="Second">How the second pair of operands lies; null where there is one pair.</param>
public sealed partial record GroupedMatMul(
    bool GatherRows, bool TransposeB, ScalarExpression? Epilogue = null, DType Result = DType.F32, Size? Slots = null, SecondPair? Second = null)
    : Op, IFusesEpilogue
{
    public override string Arguments => this.WithEpilogue(First + OrderSlots.Argument(OrderSlot) + SecondPair.Argument(Second));

    public override string KernelArguments => Second is null
        ? First + OrderSlots.Argument(OrderSlot)
        : $"{First}, Slots: {OrderSlot ?? Size.Zero}, SecondGatherRows: {(Second.GatherRows ? "true" : "false")}, SecondTransposeB: {(Second.TransposeB ? "true" : "false")}";

    private string First => $"GatherRows: {(GatherRows ? "true" : "false")}, TransposeB: {(TransposeB ? "true" : "false")}";

    public int ProductOperands => Second is null ? 4 : 6;

    public override IEnumerable<Size> KernelSizes => [.. Epilogue is { } epilogue ? epilogue.Extents : [], .. OrderSlots.Of(OrderSlot)];

    /// <summary>Whether a left operand is read by the order.</summary>
    internal bool Gathers => GatherRows || Second is { GatherRows: true };

    private Size? OrderSlot => Gathers ? Slots : null;

    public Op WithEpilogue(ScalarExpression? epilogue) => this with { Epilogue = epilogue };

    public Op WithResult(DType result) => this with { Result = result };

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType x, TensorType w, TensorType order) = (operands[0], operands[1], operands[2]);
        ProductTypes.Check("GroupedMatMul", x, w);
        if (w.Rank != 3 || x.Rank != 2 || x.Columns != (TransposeB ? w.Shape[2] : w.Shape[1]))
            throw new ShapeError($"GroupedMatMul takes f32[T, {(w.Rank == 3 ? w.Shape[TransposeB ? 2 : 1] : "K")}] and is given {x} for weights {w}");
        TensorType result = new(Result, [order.Shape[0], TransposeB ? w.Shape[1] : w.Shape[2]]);
        if (Second is { } second && !new GroupedMatMul(second.GatherRows, second.TransposeB, Result: Result).Infer([operands[4], operands[5], order, operands[3]])[0].Equals(result))
            throw new ShapeError($"GroupedMatMul goes on from {x} by {w} with other columns: {operands[4]} by {operands[5]}");
        return [result];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value x, Value w, Value order, Value offsets) = (node.Operands[0], node.Operands[1], node.Operands[2], node.Operands[3]);
        Value dy = upstream[0]!;
        Value dx = graph.GroupedMatMul(dy, w, order, offsets, gatherRows: false, !TransposeB, $"d_{x.Name}");
        if (GatherRows)
            dx = graph.Add(new SumRows(x.Type.Shape[0], Slots), $"d_{x.Name}", dx, order);
        (x, dy) = graph.Alike(x, dy);
        Value dw = graph.Add(new GroupedWeightGradient(GatherRows, TransposeB, Slots), $"d_{w.Name}", x, dy, order, offsets);
        return [dx, dw, null, null];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) =>
        2 * results[0].Count * (operands[0].Columns + (Second is null ? Size.Zero : operands[4].Columns));
}

/// <summary>
/// Each expert's weight gradient, the sum over its rows of dy by x: f32[E, N, K] (<paramref name="TransposeB"/>) or f32[E, K, N], 0 for an
/// expert without rows. Operands: x, dy f32[R, N], order, offsets.
/// </summary>
/// <param name="GatherRows">As of the product.</param>
/// <param name="TransposeB">As of the product.</param>
/// <param name="Slots">As of the product.</param>
public sealed partial record GroupedWeightGradient(bool GatherRows, bool TransposeB, Size? Slots = null) : Op
{
    public override string Arguments =>
        $"GatherRows: {(GatherRows ? "true" : "false")}, TransposeB: {(TransposeB ? "true" : "false")}{OrderSlots.Argument(GatherRows ? Slots : null)}";

    public override IEnumerable<Size> KernelSizes => OrderSlots.Of(GatherRows ? Slots : null);

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        ProductTypes.Check("GroupedWeightGradient", operands[0], operands[1]);
        Size experts = operands[3].Shape[0] - Size.One;
        (Size k, Size n) = (operands[0].Columns, operands[1].Columns);
        return [TransposeB ? TensorType.F32(experts, n, k) : TensorType.F32(experts, k, n)];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 2 * operands[1].Count * operands[0].Columns;
}

/// <summary>
/// Adds up the rows of each token: f32[R, N] in the order of rows and order i32[R] give f32[Tokens, N], the sum over a token's slots in
/// the order of the slots. Rows whose order is -1 are left out.
/// </summary>
/// <param name="Tokens">How many tokens there are.</param>
/// <param name="Slots">How many slots a token has in the order; null for R / Tokens.</param>
public sealed partial record SumRows(Size Tokens, Size? Slots = null) : Op
{
    public override string Arguments => $"Tokens: {Tokens}{OrderSlots.Argument(Slots)}";

    public override string KernelArguments => Slots is null ? "" : $"Slots: {Slots}";

    public override IEnumerable<Size> KernelSizes => OrderSlots.Of(Slots);

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.F32(Tokens, operands[0].Columns)];
}

internal static class OrderSlots
{
    /// <summary>The slots, where they are said.</summary>
    public static IEnumerable<Size> Of(Size? slots) => slots is null ? [] : [slots];

    /// <summary>The slots as one more argument, where they are said.</summary>
    public static string Argument(Size? slots) => slots is null ? "" : $", Slots: {slots}";
}

public static partial class GraphOps
{
    /// <summary>Each row by the matrix of its expert; rows are rounded where the matrices are stored in 16 bits.</summary>
    public static Value GroupedMatMul(
        this GraphBuilder graph, Value x, Value weights, Value order, Value offsets, bool gatherRows, bool transposeB, string name)
    {
        (x, weights) = graph.Alike(x, weights);
        return graph.Add(new GroupedMatMul(gatherRows, transposeB), name, x, weights, order, offsets);
    }

    /// <summary>The same of any routing, also of one whose rows are fewer than its pairs of token and slot.</summary>
    public static Value GroupedMatMul(this GraphBuilder graph, Value x, Value weights, Routing routing, bool gatherRows, bool transposeB, string name)
    {
        (x, weights) = graph.Alike(x, weights);
        Size? slots = gatherRows && routing.Order.Type.Count != routing.Position.Type.Count ? routing.Position.Type.Columns : null;
        return graph.Add(new GroupedMatMul(gatherRows, transposeB, Slots: slots), name, x, weights, routing.Order, routing.Offsets);
    }
}
