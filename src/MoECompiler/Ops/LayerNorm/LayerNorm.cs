namespace MoECompiler.Ops;

/// <summary>
/// (x - mean) / sqrt(variance + epsilon) * weight + bias over the innermost extent, the variance without correction.
/// Source: Ba et al., Layer Normalization, 2016.
/// </summary>
/// <param name="Epsilon">Added under the root.</param>
/// <param name="Result">What the result is stored in.</param>
public sealed partial record LayerNorm(float Epsilon, DType Result = DType.F32) : Op, IRoundsResult
{
    public override string Arguments => this.WithResult(KernelArguments);

    public override string KernelArguments => $"Epsilon: {ScalarExpression.Constant.Text(Epsilon)}";

    public Op WithResult(DType result) => this with { Result = result };

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        TensorType x = operands[0];
        if (x.Rank == 0 || x.Columns != operands[1].Columns)
            throw new ShapeError($"LayerNorm takes f32[..., {operands[1].Columns}] and is given {x}");
        return [x.As(Result)];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value x, Value weight, Value bias) = (node.Operands[0], node.Operands[1], node.Operands[2]);
        EquatableArray<Value> results = graph.AddNode(
            new LayerNormGradient(Epsilon), [$"d_{x.Name}", $"d_{weight.Name}", $"d_{bias.Name}"], [x, weight, upstream[0]!]);
        return [results[0], results[1], results[2]];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 8 * results[0].Count;
}

/// <summary>The gradients with respect to x, weight and bias; mean and deviation are computed again.</summary>
public sealed partial record LayerNormGradient(float Epsilon) : Op
{
    public override string Arguments => $"Epsilon: {ScalarExpression.Constant.Text(Epsilon)}";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0], operands[1], operands[1]];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 16 * results[0].Count;
}
