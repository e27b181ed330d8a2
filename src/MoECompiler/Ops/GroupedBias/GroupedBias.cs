namespace MoECompiler.Ops;

/// <summary>Adds to each row the bias of the expert it is routed to: f32[R, N], f32[E, N], offsets i32[E + 1]; rows past offsets[E] stay as they are.</summary>
public sealed partial record GroupedBias : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0]];

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [upstream[0], graph.Add(new GroupedSum(), $"d_{node.Operands[1].Name}", upstream[0]!, node.Operands[2]), null];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => results[0].Count;
}

/// <summary>The sum of each expert's rows: f32[R, N] and offsets i32[E + 1] give f32[E, N], 0 for an expert without rows.</summary>
public sealed partial record GroupedSum : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
        [TensorType.F32(operands[1].Shape[0] - Size.One, operands[0].Columns)];
}
