namespace MoECompiler.Ops;

/// <summary>Rows of a table by number: f32[V, W], or a table of 16 bits that is widened, and i32[...] give f32[..., W]. A number outside the table is an error at run time.</summary>
/// <param name="IsSparse">
/// The table's gradient is only that of the rows that were read, a <see cref="Ops.RowSums"/>. Then nothing else may pass a gradient to the table.
/// </param>
public sealed partial record Gather(bool IsSparse = false) : Op
{
    public override string Arguments => IsSparse ? "IsSparse: true" : "";

    public override string KernelArguments => "";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (operands[0].Rank != 2 || operands[1].Type != DType.I32)
            throw new ShapeError($"Gather takes f32[V, W] and i32[...] and is given {operands[0]} and {operands[1]}");
        return [TensorType.F32([.. operands[1].Shape, operands[0].Columns])];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value table, Value indices) = (node.Operands[0], node.Operands[1]);
        Size rows = table.Type.Shape[0];
        if (!IsSparse)
            return [graph.Add(new ScatterRows(rows), $"d_{table.Name}", indices, upstream[0]!), null];
        EquatableArray<Value> read = graph.AddNode(new RowOrder(rows), [$"{indices.Name}Rows", $"{indices.Name}Order"], [indices]);
        return [graph.Add(new RowSums(), $"d_{table.Name}", upstream[0]!, read[0], read[1]), null];
    }
}

/// <summary>Adds each row of f32[..., W] to the row of f32[Rows, W] that i32[...] names; rows that none names are 0.</summary>
public sealed partial record ScatterRows(Size Rows) : Op
{
    public override string Arguments => $"Rows: {Rows}";

    public override string KernelArguments => "";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.F32(Rows, operands[1].Columns)];
}
