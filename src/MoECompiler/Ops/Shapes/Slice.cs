namespace MoECompiler.Ops;

/// <summary><paramref name="Count"/> indices of one axis from <paramref name="Start"/>.</summary>
public sealed partial record Slice(int Axis, Size Start, Size Count) : Op
{
    public override string Arguments => $"Axis: {Axis}, Start: {Start}, Count: {Count}";

    public override string KernelArguments => $"Axis: {Axis}, Start: {Start}";

    public override IEnumerable<Size> KernelSizes => [Start, Count];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        TensorType x = operands[0];
        if (Axis < 0 || Axis >= x.Rank)
            throw new ShapeError($"Slice along axis {Axis} of {x}, which has {x.Rank}");
        if (x.Shape[Axis].Constant is { } extent && (Start + Count).Constant is { } end && end > extent)
            throw new ShapeError($"Slice to index {end} of axis {Axis} of {x}");
        return [x.WithShape(x.Shape.Select((e, i) => i == Axis ? Count : e))];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Add(new Pad(Axis, Start, node.Operands[0].Type.Shape[Axis]), $"d_{node.Operands[0].Name}", upstream[0]!)];
}

/// <summary>Zeroes around along one axis: the operand starts at <paramref name="Start"/> of the <paramref name="Extent"/>.</summary>
public sealed partial record Pad(int Axis, Size Start, Size Extent) : Op
{
    public override string Arguments => $"Axis: {Axis}, Start: {Start}, Extent: {Extent}";

    public override string KernelArguments => $"Axis: {Axis}, Start: {Start}";

    public override IEnumerable<Size> KernelSizes => [Start, Extent];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
        [operands[0].WithShape(operands[0].Shape.Select((e, i) => i == Axis ? Extent : e))];

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Add(new Slice(Axis, Start, node.Operands[0].Type.Shape[Axis]), $"d_{node.Operands[0].Name}", upstream[0]!)];
}
