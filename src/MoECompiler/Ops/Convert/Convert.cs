namespace MoECompiler.Ops;

/// <summary>
/// The same numbers as another type of float: from 16 or 4 bits exactly, to 16 bits rounded to nearest, ties to even. The gradient passes as if
/// nothing were rounded.
/// </summary>
/// <param name="To">The result's element type.</param>
public sealed partial record Convert(DType To) : Op
{
    public override string Arguments => $"To: DType.{To}";

    public override string KernelArguments => "";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (!operands[0].Type.IsFloat() || !To.IsFloat() || To == DType.NF4 || (operands[0].Type == DType.NF4 && To != DType.F32))
            throw new ShapeError($"Convert takes floats to floats and is given {operands[0]} to make {To.Word()} of");
        return [operands[0].As(To)];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) => [upstream[0]];
}

public static partial class GraphOps
{
    /// <summary>The value as <paramref name="type"/>; no node where it is that already.</summary>
    public static Value Convert(this GraphBuilder graph, Value x, DType type) =>
        x.Type.Type == type ? x : graph.AddUnprefixed(new Convert(type), $"{x.Name}{(type.IsNarrow() ? "Rounded" : "Widened")}", x);

    /// <summary>
    /// The operands of a product, which are of one type: where one is stored in 16 bits, the other is rounded to the same type.
    /// </summary>
    internal static (Value Left, Value Right) Alike(this GraphBuilder graph, Value left, Value right)
    {
        if (left.Type.Type.IsNarrow())
            return (left, graph.Convert(right, left.Type.Type));
        return right.Type.Type.IsNarrow() ? (graph.Convert(left, right.Type.Type), right) : (left, right);
    }
}
