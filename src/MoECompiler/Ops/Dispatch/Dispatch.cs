namespace MoECompiler.Ops;

/// <summary>
/// Puts the pairs of token and slot in order of expert. From i32[T, K], the expert of each slot or -1 for none: <c>order</c> i32[T * K],
/// the pair t * K + j at each row, stable; <c>offsets</c> i32[E + 1], rows offsets[e] to offsets[e + 1] belong to expert e;
/// <c>position</c> i32[T, K], the row of each pair, or -1 for one that was dropped or has no expert. Rows past offsets[E] are not used:
/// their order is -1.
/// </summary>
/// <param name="Experts">E.</param>
/// <param name="Capacity">
/// The most rows an expert takes; the rest are dropped, first slots before second slots and then in order of token. Null drops none.
/// </param>
public sealed partial record Dispatch(Size Experts, Size? Capacity = null) : Op
{
    public override string Arguments => $"Experts: {Experts}, Capacity: {Capacity?.ToString() ?? "null"}";

    public override string KernelArguments => Capacity is null ? "" : $"Capacity: {Capacity}";

    public override bool IsDifferentiable => false;

    public override IEnumerable<Size> KernelSizes => Capacity is { } capacity ? [capacity] : [];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
        [TensorType.I32(operands[0].Count), TensorType.I32(Experts + Size.One), operands[0]];
}

/// <summary>
/// The dispatch that gives every token to every expert: order[e * T + t] = t * E + e, offsets[e] = e * T, position[t, e] = e * T + t.
/// The operand f32[T, ...] only tells T.
/// </summary>
public sealed partial record DispatchAll(Size Experts) : Op
{
    public override string Arguments => $"Experts: {Experts}";

    public override string KernelArguments => "";

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
    [
        TensorType.I32(operands[0].Rows * Experts), TensorType.I32(Experts + Size.One), TensorType.I32(operands[0].Rows, Experts),
    ];
}

/// <summary>The values of a dispatch in a graph.</summary>
/// <param name="Order">i32[R], the pair of token and slot at each row.</param>
/// <param name="Offsets">i32[E + 1], where each expert's rows begin.</param>
/// <param name="Position">i32[T, K], the row of each pair.</param>
public sealed record Routing(Value Order, Value Offsets, Value Position);

public static partial class GraphOps
{
    public static Routing Dispatch(this GraphBuilder graph, Value experts, Size count, Size? capacity, string name)
    {
        EquatableArray<Value> results = graph.AddNode(
            new Dispatch(count, capacity), [$"{name}Order", $"{name}Offsets", $"{name}Position"], [experts]);
        return new Routing(results[0], results[1], results[2]);
    }

    public static Routing DispatchAll(this GraphBuilder graph, Value x, Size count, string name)
    {
        EquatableArray<Value> results = graph.AddNode(new DispatchAll(count), [$"{name}Order", $"{name}Offsets", $"{name}Position"], [x]);
        return new Routing(results[0], results[1], results[2]);
    }
}
