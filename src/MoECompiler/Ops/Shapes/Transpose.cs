namespace MoECompiler.Ops;

/// <summary>The axes in another order: result axis i is operand axis <c>Order[i]</c>.</summary>
public sealed partial record Transpose(EquatableArray<int> Order) : Op
{
    public override string Arguments => $"Order: [{string.Join(", ", Order)}]";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (!Order.OrderBy(static a => a).SequenceEqual(Enumerable.Range(0, operands[0].Rank)))
            throw new ShapeError($"Transpose order [{string.Join(", ", Order)}] does not name each axis of {operands[0]} once");
        return [operands[0].WithShape(Order.Select(a => operands[0].Shape[a]))];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        int[] inverse = new int[Order.Count];
        for (int i = 0; i < Order.Count; i++)
            inverse[Order[i]] = i;
        return [graph.Add(new Transpose(inverse.ToEquatable()), $"d_{node.Operands[0].Name}", upstream[0]!)];
    }
}
