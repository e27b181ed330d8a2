namespace MoECompiler.Adapters;

/// <summary>
/// A product with a weight that an adapter changes, y = x Wᵀ of one matrix or of one an expert, and what can be computed beside it in its graph.
/// </summary>
public sealed class AdaptedProduct
{
    private readonly Node _product;
    private readonly Func<Op, string, Value[], Value> _add;

    internal AdaptedProduct(Node product, Value input, Value result, Func<Op, string, Value[], Value> add) =>
        (_product, Input, Result, _add) = (product, input, result, add);

    /// <summary>What the product multiplies, in 32 bits: f32[..., In]. Of experts it may be the tokens, whose rows the product gathers.</summary>
    public Value Input { get; }

    /// <summary>The product's result, with the bias where the kind is after it: f32[..., Out], of experts in their order.</summary>
    public Value Result { get; }

    /// <summary>The product's name, for what is added: <c>yRank</c>.</summary>
    public string Name => _product.Result.Name;

    /// <summary>Adds a node to the graph that the product is in.</summary>
    public Value Add(Op op, string name, params Value[] operands) => _add(op, name, operands);

    /// <summary>The input times a matrix f32[N, In], or f32[Experts, N, In].</summary>
    public Value OfInput(Value matrix, string name) => Add(_product.Op, name, [Input, matrix, .. _product.Operands.Skip(2)]);

    /// <summary>Rows as the result has them times a matrix f32[N, K], or f32[Experts, N, K].</summary>
    public Value OfRows(Value rows, Value matrix, string name) =>
        Add(_product.Op is GroupedMatMul grouped ? grouped with { GatherRows = false } : _product.Op, name, [rows, matrix, .. _product.Operands.Skip(2)]);

    /// <summary>((x Aᵀ) * scale) Bᵀ.</summary>
    public Value LowRank(Value a, Value b, float scale)
    {
        Value narrow = OfInput(a, $"{Name}Rank");
        if (scale != 1)
            narrow = Add(new Elementwise(Scalar.In(0) * Scalar.Constant(scale)), $"{Name}Scaled", narrow);
        return OfRows(narrow, b, $"{Name}Change");
    }

    /// <summary>A vector f32[N] as it is, which a formula spreads over rows; of vectors f32[Experts, N] each row its expert's.</summary>
    /// <param name="vector">The vector or vectors.</param>
    /// <param name="rows">Rows of that width as the result has them.</param>
    /// <param name="name">What to call it.</param>
    public Value Spread(Value vector, Value rows, string name) => _product.Op is GroupedMatMul
        ? Add(new GroupedBias(), name, Add(new Fill(0, rows.Type.Shape), $"{name}Zeroes"), vector, _product.Operands[3])
        : vector;
}
