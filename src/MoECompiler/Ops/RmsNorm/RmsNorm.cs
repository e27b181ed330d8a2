namespace MoECompiler.Ops;

/// <summary>x / sqrt(mean(x^2) + epsilon) * weight over the innermost extent. Source: Zhang and Sennrich, Root Mean Square Layer Normalization, 2019.</summary>
/// <param name="Epsilon">Added under the root.</param>
/// <param name="Result">What the result is stored in.</param>
public sealed partial record RmsNorm(float Epsilon, DType Result = DType.F32) : Op, IRoundsResult
{
    public override string Arguments => this.WithResult(KernelArguments);

    public override string KernelArguments => $"Epsilon: {ScalarExpression.Constant.Text(Epsilon)}";

    public Op WithResult(DType result) => this with { Result = result };

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        TensorType x = operands[0];
        if (x.Rank == 0 || x.Columns != operands[1].Columns)
            throw new ShapeError($"RmsNorm takes f32[..., {operands[1].Columns}] and is given {x}");
        return [x.As(Result)];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value x, Value weight) = (node.Operands[0], node.Operands[1]);
        EquatableArray<Value> results = graph.AddNode(new RmsNormGradient(Epsilon), [$"d_{x.Name}", $"d_{weight.Name}"], [x, weight, upstream[0]!]);
        return [results[0], results[1]];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 4 * results[0].Count;
}

/// <summary>The gradients with respect to x and weight; the root mean square is computed again.</summary>
public sealed partial record RmsNormGradient(float Epsilon) : Op
{
    public override string Arguments => $"Epsilon: {ScalarExpression.Constant.Text(Epsilon)}";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0], operands[1]];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 10 * results[0].Count;
}
