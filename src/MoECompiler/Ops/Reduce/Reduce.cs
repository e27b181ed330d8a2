namespace MoECompiler.Ops;

/// <summary>What a reduction makes of the elements along its axes.</summary>
public enum Reduction
{
    Sum,
    Mean,
    Max,
    Min,
}

/// <summary>Sum, mean, greatest or least element along some axes.</summary>
/// <param name="Kind">What is made of the elements.</param>
/// <param name="Axes">Ascending; those extents become 1 where <paramref name="KeepExtents"/>, else they go.</param>
/// <param name="KeepExtents">Leave an extent of 1 in place of each axis.</param>
public sealed partial record Reduce(Reduction Kind, EquatableArray<int> Axes, bool KeepExtents = false) : Op
{
    public override string Arguments => $"{KernelArguments}, KeepExtents: {(KeepExtents ? "true" : "false")}";

    public override string KernelArguments => $"Kind: Reduction.{Kind}, Axes: [{string.Join(", ", Axes)}]";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        TensorType x = operands[0];
        if (Axes.Any(a => a < 0 || a >= x.Rank))
            throw new ShapeError($"{Kind} over axis {Axes.First(a => a < 0 || a >= x.Rank)} of {x}, which has {x.Rank}");
        List<Size> shape = [];
        for (int i = 0; i < x.Rank; i++)
        {
            if (!Axes.Contains(i))
                shape.Add(x.Shape[i]);
            else if (KeepExtents)
                shape.Add(Size.One);
        }
        return [x.WithShape(shape)];
    }

    /// <summary>Sum and mean spread the gradient; the greatest and the least pass it to each element that equals the result.</summary>
    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        TensorType x = node.Operands[0].Type;
        Size[] kept = [.. x.Shape.Select((extent, i) => Axes.Contains(i) ? Size.One : extent)];
        Value dy = graph.Reshape(upstream[0]!, kept, "dy");
        string name = $"d_{node.Operands[0].Name}";
        if (Kind == Reduction.Sum)
            return [graph.BroadcastTo(dy, x.Shape, name)];
        if (Kind == Reduction.Mean)
        {
            ScalarExpression share = 1f / Scalar.Extent(Size.Product(Axes.Select(a => x.Shape[a])));
            return [graph.BroadcastTo(graph.Scale(dy, share, "dy"), x.Shape, name)];
        }
        Value y = graph.Reshape(node.Result, kept, "y");
        ScalarExpression isResult = 1f - Scalar.Abs(Scalar.Sign(Scalar.In(0) - Scalar.In(1)));
        return [graph.Elementwise(isResult * Scalar.In(2), [node.Operands[0], y, dy], name)];
    }
}

public static partial class GraphOps
{
    public static Value Reduce(this GraphBuilder graph, Reduction kind, Value x, IEnumerable<int> axes, string name, bool keepExtents = false) =>
        graph.Add(new Reduce(kind, axes.OrderBy(static a => a).ToEquatable(), keepExtents), name, x);

    /// <summary>The reduction over all axes: a scalar.</summary>
    public static Value ReduceAll(this GraphBuilder graph, Reduction kind, Value x, string name) =>
        graph.Reduce(kind, x, Enumerable.Range(0, x.Type.Rank), name);
}
