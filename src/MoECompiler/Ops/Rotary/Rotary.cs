namespace MoECompiler.Ops;

/// <summary>Which two columns of a head turn together.</summary>
public enum RotaryPairs
{
    /// <summary>Column i and the one half a head after it, as in Hugging Face's models.</summary>
    Halves,

    /// <summary>Columns 2i and 2i + 1, as published and in GGUF.</summary>
    Neighbors,
}

/// <summary>
/// Rotary position embedding: pairs of columns of each head of f32[B, S, Heads * D] are turned by the angles of their place, whose cosines
/// and sines are the second operand, a <see cref="RotaryTable"/> f32[S, N]. Columns of a head past N stay as they are.
/// Source: Su et al., RoFormer: Enhanced Transformer with Rotary Position Embedding, 2021.
/// </summary>
/// <param name="Heads">How many heads lie side by side.</param>
/// <param name="Pairs">Which columns turn together.</param>
/// <param name="IsBack">They are turned the other way: the gradient.</param>
public sealed partial record Rotary(Size Heads, RotaryPairs Pairs = RotaryPairs.Halves, bool IsBack = false) : Op
{
    public override string Arguments => $"Heads: {Heads}, Pairs: RotaryPairs.{Pairs}, IsBack: {(IsBack ? "true" : "false")}";

    public override IEnumerable<Size> KernelSizes => [Heads];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType x, TensorType table) = (operands[0], operands[1]);
        if (x.Rank != 3 || table.Rank != 2 || !x.Shape[1].Equals(table.Shape[0]) || x.Columns.TryDivide(Heads) is not { } size)
            throw new ShapeError($"Rotary takes f32[B, S, {Heads} * D] and f32[S, N] and is given {x} and {table}");
        if (size.Constant < table.Columns.Constant)
            throw new ShapeError($"a head of {size} columns has no {table.Columns} to turn");
        return [x];
    }

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream) =>
        [graph.Add(this with { IsBack = !IsBack }, $"d_{node.Operands[0].Name}", upstream[0]!, node.Operands[1]), null];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 3 * results[0].Count;
}

/// <summary>
/// The cosines and, behind them, the sines of the angles p Base^(-2i / Width) of each place p: f32[Places, Width], of Width / 2 angles each.
/// </summary>
/// <param name="Places">How many places.</param>
/// <param name="Width">The columns that turn, even.</param>
/// <param name="Base">What the angles' wave lengths grow to, nearly: 10,000 as published.</param>
public sealed partial record RotaryTable(Size Places, Size Width, float Base = 10_000) : Op
{
    public override string Arguments => $"Places: {Places}, Width: {Width}, {KernelArguments}";

    public override string KernelArguments => $"Base: {ScalarExpression.Constant.Text(Base)}";

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => Width.Constant % 2 == 1
        ? throw new ShapeError($"pairs of columns turn, and {Width} is odd")
        : [TensorType.F32(Places, Width)];
}

public static partial class GraphOps
{
    public static Value Rotary(this GraphBuilder graph, Value x, Value table, Size heads, RotaryPairs pairs, string name) =>
        graph.Add(new Rotary(heads, pairs), name, x, table);
}
