namespace MoECompiler.Ops;

/// <summary>
/// A <see cref="Dispatch"/> in which tokens of greater priority go first: experts i32[T, K] and priority f32[T]. An expert that has more
/// pairs than rows takes first slots before second slots, and among those the tokens of the greatest priority, ties to the lower token, NaN
/// last; its rows stand in this order.
/// </summary>
/// <remarks>
/// With the best gate as priority it is batch prioritized routing. Source: Riquelme et al., Scaling Vision with Sparse Mixture of Experts,
/// NeurIPS 2021, section 4. With uniform noise it is random token selection. Source: Kim et al., Scalable and Efficient MoE Training, 2021.
/// </remarks>
/// <param name="Experts">E.</param>
/// <param name="Capacity">The most rows an expert takes.</param>
public sealed partial record PriorityDispatch(Size Experts, Size Capacity) : Op, IDispatch
{
    public override string Arguments => $"Experts: {Experts}, Capacity: {Capacity}";

    public override IEnumerable<Size> KernelSizes => [Capacity];

    public override string KernelArguments => $"Capacity: {Capacity}";

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType experts, TensorType priority) = (operands[0], operands[1]);
        if (experts.Rank != 2 || priority.Count != experts.Shape[0])
            throw new ShapeError($"PriorityDispatch takes i32[T, K] and f32[T] and is given {experts} and {priority}");
        return [TensorType.I32(experts.Count), TensorType.I32(Experts + Size.One), experts];
    }
}

public static partial class GraphOps
{
    /// <summary>The dispatch in which tokens of greater priority go first.</summary>
    public static Routing PriorityDispatch(this GraphBuilder graph, Value experts, Value priority, Size count, Size capacity, string name) =>
        graph.Route(new PriorityDispatch(count, capacity), name, experts, priority);
}
