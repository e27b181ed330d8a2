namespace MoECompiler.Ops;

/// <summary>
/// Matrices as combinations of random ones that are never stored: coefficients f32[G..., K] give f32[G..., Rows, Columns],
/// y[g] = offset + sum_i coefficients[g, i] * basis_i / sqrt(ScaleOf). Basis and offset are uniform in [-1, 1), multiples of 2^-23, drawn from
/// a counter of basis number, matrix and element, so that every device makes the same bits.
/// </summary>
/// <remarks>
/// 2*G*K*Rows*Columns flops and K*Rows*Columns random words. Source: Koohpayegani et al., NOLA: Compressing LoRA using Linear Combination of
/// Random Basis, ICLR 2024.
/// </remarks>
/// <param name="Seed">The key of the generator.</param>
/// <param name="Matrix">The number of the basis; equal numbers are equal bases.</param>
/// <param name="IsShared">All matrices g are of one basis; else each has its own.</param>
/// <param name="Rows">Of each matrix.</param>
/// <param name="Columns">Of each matrix.</param>
/// <param name="ScaleOf">The sum is divided by its root.</param>
/// <param name="OffsetOf">The offset is uniform within 1 / sqrt(OffsetOf); 0 for no offset.</param>
public sealed partial record SeededMix(ulong Seed, int Matrix, bool IsShared, Size Rows, Size Columns, Size ScaleOf, Size OffsetOf) : Op
{
    public override string Arguments => $"{KernelArguments}, Rows: {Rows}, Columns: {Columns}";

    public override string KernelArguments => $"Seed: {Seed}ul, Matrix: {Matrix}, IsShared: {(IsShared ? "true" : "false")}, ScaleOf: {ScaleOf}, OffsetOf: {OffsetOf}";

    public override IEnumerable<Size> KernelSizes => [ScaleOf, OffsetOf];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (operands[0].Rank == 0)
            throw new ShapeError($"SeededMix takes f32[..., K] and is given {operands[0]}");
        return [TensorType.F32([.. operands[0].Shape.Take(operands[0].Rank - 1), Rows, Columns])];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Add(new SeededMixGradient(Seed, Matrix, IsShared, node.Operands[0].Type.Columns, ScaleOf), $"d_{node.Operands[0].Name}", upstream[0]!)];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 2 * results[0].Count * operands[0].Columns;
}

/// <summary>
/// The gradient of <see cref="SeededMix"/>: dy f32[G..., Rows, Columns] gives f32[G..., Count], the sum over the elements of dy[g] times
/// basis_i / sqrt(ScaleOf). The basis is drawn again.
/// </summary>
public sealed partial record SeededMixGradient(ulong Seed, int Matrix, bool IsShared, Size Count, Size ScaleOf) : Op
{
    public override string Arguments => $"{KernelArguments}, Count: {Count}";

    public override string KernelArguments => $"Seed: {Seed}ul, Matrix: {Matrix}, IsShared: {(IsShared ? "true" : "false")}, ScaleOf: {ScaleOf}";

    public override IEnumerable<Size> KernelSizes => [ScaleOf];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
        [TensorType.F32([.. operands[0].Shape.Take(operands[0].Rank - 2), Count])];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 2 * operands[0].Count * Count;
}
