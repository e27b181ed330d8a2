namespace MoECompiler.Ops;

/// <summary>
/// The cross-entropy of each row of logits against its label: (1 - s) (lse(x) - x[label]) + s (lse(x) - mean(x)), s the smoothing.
/// f32[..., C] and i32[...] give f32[...]. A label below 0 gives 0 and no gradient: a row to leave out.
/// </summary>
/// <param name="Smoothing">The share of the target spread evenly over all classes. Source: Szegedy et al., Rethinking Inception, 2015.</param>
public sealed partial record CrossEntropy(float Smoothing = 0) : Op
{
    public override string Arguments => $"Smoothing: {ScalarExpression.Constant.Text(Smoothing)}";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType logits, TensorType labels) = (operands[0], operands[1]);
        if (logits.Rank == 0 || labels.Type != DType.I32 || !labels.Shape.SequenceEqual(logits.Shape.Take(logits.Rank - 1)))
            throw new ShapeError($"CrossEntropy takes f32[..., C] and i32[...] and is given {logits} and {labels}");
        return [TensorType.F32([.. labels.Shape])];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Add(new CrossEntropyGradient(Smoothing), $"d_{node.Operands[0].Name}", node.Operands[0], node.Operands[1], upstream[0]!), null];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 4 * operands[0].Count;
}

/// <summary>dx[c] = dy (softmax(x)[c] - (1 - s) 1[c = label] - s / C).</summary>
public sealed partial record CrossEntropyGradient(float Smoothing = 0) : Op
{
    public override string Arguments => $"Smoothing: {ScalarExpression.Constant.Text(Smoothing)}";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0]];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 5 * operands[0].Count;
}
