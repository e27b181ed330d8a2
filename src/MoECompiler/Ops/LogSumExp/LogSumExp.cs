namespace MoECompiler.Ops;

/// <summary>log(sum(exp(x))) over the innermost extent: f32[..., N] gives f32[...].</summary>
public sealed partial record LogSumExp : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => operands[0].Rank == 0
        ? throw new ShapeError("LogSumExp takes f32[..., N] and is given a scalar")
        : [operands[0].WithShape(operands[0].Shape.Take(operands[0].Rank - 1))];

    /// <summary>dx = softmax(x) dy.</summary>
    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        Value x = node.Operands[0];
        Value share = graph.Softmax(x, "share");
        Value dy = graph.Reshape(upstream[0]!, [.. upstream[0]!.Type.Shape, Size.One], "dy");
        return [graph.Multiply(share, dy, $"d_{x.Name}")];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 3 * operands[0].Count;
}

public static partial class GraphOps
{
    public static Value LogSumExp(this GraphBuilder graph, Value x, string name) => graph.Add(new LogSumExp(), name, x);
}
