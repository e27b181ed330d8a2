namespace MoECompiler.Ops;

/// <summary>Two operands one after the other along an axis.</summary>
public sealed partial record Concat(int Axis) : Op
{
    public override string Arguments => $"Axis: {Axis}";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType a, TensorType b) = (operands[0], operands[1]);
        if (a.Rank != b.Rank || Axis < 0 || Axis >= a.Rank || Enumerable.Range(0, a.Rank).Any(i => i != Axis && a.Shape[i] != b.Shape[i]))
            throw new ShapeError($"Concat along axis {Axis} of {a} and {b}: the other extents differ");
        return [a.WithShape(a.Shape.Select((e, i) => i == Axis ? e + b.Shape[i] : e))];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value a, Value b) = (node.Operands[0], node.Operands[1]);
        return
        [
            graph.Add(new Slice(Axis, Size.Zero, a.Type.Shape[Axis]), $"d_{a.Name}", upstream[0]!),
            graph.Add(new Slice(Axis, a.Type.Shape[Axis], b.Type.Shape[Axis]), $"d_{b.Name}", upstream[0]!),
        ];
    }
}
