namespace MoECompiler.Ops;

/// <summary>The same elements under other extents. A part of a size, N / 3, is thought to be exact: a view that has not as many elements says so at run time.</summary>
public sealed partial record Reshape(EquatableArray<Size> Shape) : Op
{
    public override string Arguments => $"Shape: [{string.Join(", ", Shape)}]";

    public override bool IsAlias => true;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (!Size.AreEqualWhereExact(operands[0].Count, Size.Product(Shape)))
            throw new ShapeError($"Reshape of {operands[0]} to [{string.Join(", ", Shape)}]: {operands[0].Count} elements are not {Size.Product(Shape)}");
        return [operands[0].WithShape(Shape)];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Reshape(upstream[0]!, node.Operands[0].Type.Shape, $"d_{node.Operands[0].Name}")];
}

public static partial class GraphOps
{
    public static Value Reshape(this GraphBuilder graph, Value x, IEnumerable<Size> shape, string name)
    {
        EquatableArray<Size> extents = shape.ToEquatable();
        return x.Type.Shape == extents ? x : graph.Add(new Reshape(extents), name, x);
    }

    /// <summary>The value as a matrix: outer extents become one.</summary>
    public static Value AsRows(this GraphBuilder graph, Value x) => graph.Reshape(x, [x.Type.Rows, x.Type.Columns], x.Name);
}
