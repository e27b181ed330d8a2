namespace MoECompiler.Ops;

/// <summary>exp(x) / sum(exp(x)) over the innermost extent, with the row's maximum taken off first.</summary>
public sealed partial record Softmax : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => operands[0].Rank == 0
        ? throw new ShapeError("Softmax takes f32[..., N] and is given a scalar")
        : [operands[0]];

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Add(new SoftmaxGradient(), $"d_{node.Operands[0].Name}", node.Result, upstream[0]!)];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 5 * results[0].Count;
}

/// <summary>dx = y (dy - sum(y dy)), from the softmax's result.</summary>
public sealed partial record SoftmaxGradient : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0]];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 4 * results[0].Count;
}

public static partial class GraphOps
{
    public static Value Softmax(this GraphBuilder graph, Value x, string name) => graph.Add(new Softmax(), name, x);
}
