namespace MoECompiler.Ops;

/// <summary>The sum of the squares over the innermost extent: f32[..., N] gives f32[...].</summary>
public sealed partial record SquaredNorm : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => operands[0].Rank == 0
        ? throw new ShapeError("SquaredNorm takes f32[..., N] and is given a scalar")
        : [operands[0].WithShape(operands[0].Shape.Take(operands[0].Rank - 1))];

    /// <summary>dx = 2 x dy.</summary>
    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        Value dy = graph.Reshape(upstream[0]!, [.. upstream[0]!.Type.Shape, Size.One], "dy");
        return [graph.Elementwise(2f * Scalar.In(0) * Scalar.In(1), [node.Operands[0], dy], $"d_{node.Operands[0].Name}")];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 2 * operands[0].Count;
}
