namespace MoECompiler.Ops;

/// <summary>Repeats along new outer extents and along extents of 1.</summary>
public sealed partial record BroadcastTo(EquatableArray<Size> Shape) : Op
{
    public override string Arguments => $"Shape: [{string.Join(", ", Shape)}]";

    public override string KernelArguments => "";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (!Broadcast.Of([operands[0].Shape, Shape]).Equals(Shape))
            throw new ShapeError($"{operands[0]} does not broadcast to [{string.Join(", ", Shape)}]");
        return [operands[0].WithShape(Shape)];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.SumTo(upstream[0]!, node.Operands[0].Type.Shape)];
}

public static partial class GraphOps
{
    public static Value BroadcastTo(this GraphBuilder graph, Value x, EquatableArray<Size> shape, string name) =>
        x.Type.Shape == shape ? x : graph.Add(new BroadcastTo(shape), name, x);
}
