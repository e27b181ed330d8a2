namespace MoECompiler.Ops;

/// <summary>Rows of a table by number: f32[V, W], or a table of 16 bits that is widened, and i32[...] give f32[..., W]. A number outside the table is an error at run time.</summary>
public sealed partial record Gather : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (operands[0].Rank != 2 || operands[1].Type != DType.I32)
            throw new ShapeError($"Gather takes f32[V, W] and i32[...] and is given {operands[0]} and {operands[1]}");
        return [TensorType.F32([.. operands[1].Shape, operands[0].Columns])];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Add(new ScatterRows(node.Operands[0].Type.Shape[0]), $"d_{node.Operands[0].Name}", node.Operands[1], upstream[0]!), null];
}

/// <summary>Adds each row of f32[..., W] to the row of f32[Rows, W] that i32[...] names; rows that none names are 0.</summary>
public sealed partial record ScatterRows(Size Rows) : Op
{
    public override string Arguments => $"Rows: {Rows}";

    public override string KernelArguments => "";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.F32(Rows, operands[1].Columns)];
}
