namespace MoECompiler.Ops;

/// <summary>
/// The tokens' rows in the order of a dispatch, once for each slot: x f32[T, N] and order i32[R] give y[r] = x[order[r] / Slots], f32[R, N];
/// 0 where the order is -1.
/// </summary>
/// <param name="Slots">How many slots a token has in the order; null for R / T.</param>
public sealed partial record TokenRows(Size? Slots = null) : Op
{
    public override string Arguments => $"Slots: {Slots?.ToString() ?? "null"}";

    public override string KernelArguments => Slots is null ? "" : Arguments;

    public override IEnumerable<Size> KernelSizes => OrderSlots.Of(Slots);

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => operands[0].Rank == 2 && operands[1].Rank == 1
        ? [TensorType.F32(operands[1].Shape[0], operands[0].Columns)]
        : throw new ShapeError($"TokenRows takes f32[T, N] and i32[R] and is given {operands[0]} and {operands[1]}");

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        Value x = node.Operands[0];
        return [graph.Add(new SumRows(x.Type.Shape[0], Slots), $"d_{x.Name}", upstream[0]!, node.Operands[1]), null];
    }
}

public static partial class GraphOps
{
    /// <summary>The row of each routed pair's token.</summary>
    public static Value TokenRows(this GraphBuilder graph, Value x, Routing routing, string name)
    {
        Size? slots = routing.Order.Type.Count != routing.Position.Type.Count ? routing.Position.Type.Columns : null;
        return graph.Add(new TokenRows(slots), name, x, routing.Order);
    }
}
