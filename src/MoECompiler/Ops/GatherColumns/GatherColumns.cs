namespace MoECompiler.Ops;

/// <summary>Elements of each row by index: f32[T, E] and i32[T, K] give f32[T, K], 0 for an index of -1.</summary>
public sealed partial record GatherColumns : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.F32([.. operands[1].Shape])];

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Add(new ScatterColumns(node.Operands[0].Type.Columns), $"d_{node.Operands[0].Name}", upstream[0]!, node.Operands[1]), null];
}

/// <summary>The gradient of <see cref="GatherColumns"/>: f32[T, K] and i32[T, K] give f32[T, Columns], 0 where no index points; an index of -1 points nowhere.</summary>
public sealed partial record ScatterColumns(Size Columns) : Op
{
    public override string Arguments => $"Columns: {Columns}";

    public override string KernelArguments => "";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0].WithColumns(Columns)];

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Add(new GatherColumns(), $"d_{node.Operands[0].Name}", upstream[0]!, node.Operands[1]), null];
}
