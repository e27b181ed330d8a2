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
public sealed partial record Dispatch(Size Experts, Size? Capacity = null) : Op, IDispatch
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
public sealed partial record DispatchAll(Size Experts) : Op, IDispatch
{
    public override string Arguments => $"Experts: {Experts}";

    public override string KernelArguments => "";

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
    [
        TensorType.I32(operands[0].Rows * Experts), TensorType.I32(Experts + Size.One), TensorType.I32(operands[0].Rows, Experts),
    ];
}

/// <summary>An op whose results are a <see cref="Routing"/>: order, offsets and position.</summary>
public interface IDispatch;

/// <summary>The values of a dispatch in a graph.</summary>
/// <param name="Order">i32[R], the pair of token and slot at each row, or -1.</param>
/// <param name="Offsets">i32[E + 1], where each expert's rows begin.</param>
/// <param name="Position">i32[T, K], the row of each pair, or -1.</param>
public sealed record Routing(Value Order, Value Offsets, Value Position);

public static partial class GraphOps
{
    public static Routing Dispatch(this GraphBuilder graph, Value experts, Size count, Size? capacity, string name) =>
        graph.Route(new Dispatch(count, capacity), name, experts);

    public static Routing DispatchAll(this GraphBuilder graph, Value x, Size count, string name) => graph.Route(new DispatchAll(count), name, x);

    /// <summary>The results of a dispatch, which are called by its name.</summary>
    internal static Routing Route<TDispatch>(this GraphBuilder graph, TDispatch op, string name, params Value[] operands) where TDispatch : Op, IDispatch
    {
        EquatableArray<Value> results = graph.AddNode(op, [$"{name}Order", $"{name}Offsets", $"{name}Position"], [.. operands]);
        return new Routing(results[0], results[1], results[2]);
    }
}
