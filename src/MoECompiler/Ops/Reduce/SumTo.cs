namespace MoECompiler.Ops;

/// <summary>Undoes a broadcast: sums over the extents that <paramref name="Shape"/> lacks or has as 1.</summary>
public sealed partial record SumTo(EquatableArray<Size> Shape) : Op
{
    public override string Arguments => $"Shape: [{string.Join(", ", Shape)}]";

    public override string KernelArguments => "";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0].WithShape(Shape)];

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.BroadcastTo(upstream[0]!, node.Operands[0].Type.Shape, $"d_{node.Operands[0].Name}")];
}

public static partial class GraphOps
{
    public static Value SumTo(this GraphBuilder graph, Value x, EquatableArray<Size> shape) =>
        x.Type.Shape == shape ? x : graph.Add(new SumTo(shape), x.Name, x);
}
