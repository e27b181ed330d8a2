namespace MoECompiler.Ops;

/// <summary>One formula on each element; extents of 1 and missing outer extents are broadcast.</summary>
/// <param name="Expression">The formula; <c>In(i)</c> is operand i.</param>
/// <param name="Result">What the result is stored in.</param>
public sealed partial record Elementwise(ScalarExpression Expression, DType Result = DType.F32) : Op, IRoundsResult
{
    /// <summary>The most operands that a formula's kernel takes.</summary>
    public const int MaximumOperands = 6;

    public override string Arguments => this.WithResult(Expression.ToString());

    public override string KernelArguments => "";

    public override IEnumerable<Size> KernelSizes => Expression.Extents;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
        [new(Result, Broadcast.Of(operands.Select(static o => o.Shape)).ToEquatable())];

    public Op WithResult(DType result) => this with { Result = result };

    /// <summary>dx_i = sum over broadcast extents of dy * d(expression)/d(In(i)).</summary>
    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        int count = node.Operands.Count;
        Value?[] gradients = new Value?[count];
        for (int i = 0; i < count; i++)
        {
            if (node.Operands[i].Type.Type != DType.F32)
                continue;
            ScalarExpression slope = Expression.Differentiate(i, result: Scalar.In(count));
            if (slope is ScalarExpression.Constant { Value: 0 })
                continue;
            Value[] inputs = [.. node.Operands, node.Result, upstream[0]!];
            Value full = graph.Elementwise(slope * Scalar.In(count + 1), inputs, $"d_{node.Operands[i].Name}");
            gradients[i] = graph.SumTo(full, node.Operands[i].Type.Shape);
        }
        return gradients.ToEquatable();
    }

    /// <summary>Each function is counted as one operation.</summary>
    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => Count(Expression) * results[0].Count;

    private static int Count(ScalarExpression expression) => expression is ScalarExpression.Apply apply ? 1 + apply.Arguments.Sum(Count) : 0;
}

public static partial class GraphOps
{
    /// <summary>Adds the formula with only those of <paramref name="inputs"/> that it uses; no node where it is just one of them.</summary>
    public static Value Elementwise(this GraphBuilder graph, ScalarExpression expression, IReadOnlyList<Value> inputs, string name)
    {
        if (expression is ScalarExpression.Input same)
            return inputs[same.Index];
        List<Value> used = [];
        Dictionary<int, int> place = [];
        foreach (int index in expression.Inputs)
        {
            int at = used.IndexOf(inputs[index]);
            if (at < 0)
            {
                at = used.Count;
                used.Add(inputs[index]);
            }
            place[index] = at;
        }
        return graph.Add(new Elementwise(expression.Substitute(i => Scalar.In(place[i]))), name, [.. used]);
    }

    public static Value Add(this GraphBuilder graph, Value left, Value right, string name) =>
        graph.Elementwise(Scalar.In(0) + Scalar.In(1), [left, right], name);

    public static Value Multiply(this GraphBuilder graph, Value left, Value right, string name) =>
        graph.Elementwise(Scalar.In(0) * Scalar.In(1), [left, right], name);

    public static Value Scale(this GraphBuilder graph, Value value, ScalarExpression factor, string name) =>
        graph.Elementwise(Scalar.In(0) * factor, [value], name);

    public static Value Apply(this GraphBuilder graph, ScalarFunction function, Value value, string name) =>
        graph.Elementwise(Scalar.Of(function, Scalar.In(0)), [value], name);
}
