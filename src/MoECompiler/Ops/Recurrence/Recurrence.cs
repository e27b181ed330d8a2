namespace MoECompiler.Ops;

/// <summary>
/// A state carried along sequences: y[b, t] = decay * y[b, t - 1] + x[b, t], from the end if <paramref name="Reverse"/>. Of f32[B, T, N] and
/// decay f32[N]; the state before the first is 0.
/// </summary>
/// <remarks>Source: Martin and Cundy, Parallelizing Linear Recurrent Neural Nets Over Sequence Length, ICLR 2018.</remarks>
/// <param name="Reverse">y[b, t] = decay * y[b, t + 1] + x[b, t].</param>
public sealed partial record Recurrence(bool Reverse = false) : Op
{
    public override string Arguments => $"Reverse: {(Reverse ? "true" : "false")}";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
        operands[0].Rank == 3 && operands[1].Rank == 1 && operands[1].Columns == operands[0].Columns
            ? [operands[0]]
            : throw new ShapeError($"Recurrence takes f32[B, T, N] and f32[N] and is given {operands[0]} and {operands[1]}");

    /// <summary>The gradient runs the other way; the decay has that of each state times the state before it.</summary>
    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value x, Value decay, Value y) = (node.Operands[0], node.Operands[1], node.Result);
        Value dx = graph.Add(new Recurrence(!Reverse), $"d_{x.Name}", upstream[0]!, decay);
        (Size batch, Size length) = (x.Type.Shape[0], x.Type.Shape[1]);
        Value states = graph.Add(new Slice(1, Reverse ? Size.One : Size.Zero, length - Size.One), "states", y);
        Value none = graph.Zeroes(TensorType.F32(batch, Size.One, x.Type.Columns), "none");
        Value before = Reverse ? graph.Add(new Concat(1), "before", states, none) : graph.Add(new Concat(1), "before", none, states);
        Value dDecay = graph.Reduce(Reduction.Sum, graph.Multiply(dx, before, "products"), [0, 1], $"d_{decay.Name}");
        return [dx, dDecay];
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 2 * results[0].Count;
}
