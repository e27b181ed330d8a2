namespace MoECompiler.Ops;

/// <summary>
/// Scaled dot-product attention: for each sample and head, softmax over the keys of (scale q kᵀ + bias), times v. Queries
/// f32[B, S, Heads * D], keys f32[B, T, KvHeads * D] and values f32[B, T, KvHeads * N] give f32[B, S, Heads * N] and, for the backward half,
/// the logarithm of each softmax's sum, f32[B, S, Heads]. A matrix of S x T is never in memory.
/// </summary>
/// <remarks>
/// Two more operands may follow: a bias f32[Heads, S, T], or f32[B, Heads, S, T], which is added before the softmax, and lengths i32[B]: the
/// keys of a sample from there on are not seen. A query that sees no key, or keys with a bias of -infinity alone, gets zeroes.
/// Sources: Vaswani et al., Attention Is All You Need, 2017; fewer heads of keys than of queries, Ainslie et al., GQA, 2023; the softmax in
/// pieces, Milakov and Gimelshein, 2018, and Dao et al., FlashAttention, 2022.
/// </remarks>
/// <param name="Heads">The heads of the queries.</param>
/// <param name="KvHeads">The heads of the keys and values, which divide those of the queries: as many in turn share one.</param>
/// <param name="Scale">What q kᵀ is multiplied by; 0: by 1 / sqrt(D).</param>
/// <param name="IsCausal">A query sees the keys up to its own place: S is T.</param>
public sealed partial record Attention(Size Heads, Size KvHeads, float Scale = 0, bool IsCausal = false) : Op
{
    public override string Arguments => AttentionOperands.Arguments(Heads, KvHeads, Scale, IsCausal);

    public override IEnumerable<Size> KernelSizes => [Heads, KvHeads];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType q, TensorType k, TensorType v) = (operands[0], operands[1], operands[2]);
        if (q.Rank != 3 || k.Rank != 3 || v.Rank != 3 || !k.Shape[0].Equals(q.Shape[0]) || !v.Shape[0].Equals(k.Shape[0]) || !v.Shape[1].Equals(k.Shape[1]))
            throw new ShapeError($"Attention takes f32[B, S, Heads * D], f32[B, T, KvHeads * D] and f32[B, T, KvHeads * N] and is given {q}, {k} and {v}");
        if (Heads.Constant is { } heads && KvHeads.Constant is { } kvHeads && (kvHeads < 1 || heads % kvHeads != 0))
            throw new ShapeError($"{heads} heads cannot share {kvHeads} heads of keys and values in equal parts");
        if (q.Columns.TryDivide(Heads) is not { } size || k.Columns.TryDivide(KvHeads) is not { } keySize || v.Columns.TryDivide(KvHeads) is not { } valueSize)
            throw new ShapeError($"{q}, {k} and {v} are not {Heads} heads of queries and {KvHeads} of keys and values");
        if (!size.Equals(keySize))
            throw new ShapeError($"a head of the queries has {size} columns, one of the keys {keySize}");
        if (IsCausal && !q.Shape[1].Equals(k.Shape[1]))
            throw new ShapeError($"causal attention takes as many queries as keys and is given {q} and {k}");
        if (AttentionOperands.Of(operands).Bias is { } bias)
        {
            Size[] shared = [Heads, q.Shape[1], k.Shape[1]];
            if (!bias.Shape.Equals(shared.ToEquatable()) && !bias.Shape.Equals(shared.Prepend(q.Shape[0]).ToEquatable()))
                throw new ShapeError($"the bias of attention is f32[{string.Join(", ", (object[])shared)}], for each sample or for all, and is given as {bias}");
        }
        return [q.WithColumns(Heads * valueSize), TensorType.F32(q.Shape[0], q.Shape[1], Heads)];
    }

    /// <summary>With P the softmax and g = sum(dy y) less the slope of the logarithm: the slope of the scores is P (dy vᵀ - g).</summary>
    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value y, Value logSum) = (node.Results[0], node.Results[1]);
        AttentionOperands<Value> given = AttentionOperands.Of(node.Operands);
        Value dy = upstream[0] ?? graph.Zeroes(y.Type, "dy");
        EquatableArray<Size> heads = [y.Type.Shape[0], y.Type.Shape[1], Heads, y.Type.Columns / Heads];
        Value products = graph.Elementwise(Scalar.In(0) * Scalar.In(1), [graph.Reshape(dy, heads, "dy"), graph.Reshape(y, heads, "y")], "products");
        Value level = graph.Reduce(Reduction.Sum, products, [3], "level");
        if (upstream[1] is { } slope)
            level = graph.Elementwise(Scalar.In(0) - Scalar.In(1), [level, slope], "level");
        Value[] operands = [.. node.Operands, logSum, level, dy];
        EquatableArray<Value> slopes = graph.AddNode(
            new AttentionGradient(Heads, KvHeads, Scale, IsCausal), [$"d_{given.Q.Name}", $"d_{given.K.Name}", $"d_{given.V.Name}"], operands);
        List<Value?> gradients = [.. slopes];
        if (given.Bias is { } bias)
            gradients.Add(graph.Add(new AttentionBiasGradient(Heads, KvHeads, Scale, IsCausal), $"d_{bias.Name}", operands));
        if (given.Lengths is not null)
            gradients.Add(null);
        return gradients.ToEquatable();
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) =>
        2 * operands[1].Shape[1] * (operands[0].Count + results[0].Count);
}

/// <summary>
/// The gradients with respect to queries, keys and values. After the operands of <see cref="Attention"/>: the logarithm that it gave, the
/// sum of dy y less the logarithm's own slope f32[B, S, Heads], and dy. The softmax is computed again, from the logarithm.
/// </summary>
/// <inheritdoc cref="Attention"/>
public sealed partial record AttentionGradient(Size Heads, Size KvHeads, float Scale = 0, bool IsCausal = false) : Op
{
    public override string Arguments => AttentionOperands.Arguments(Heads, KvHeads, Scale, IsCausal);

    public override IEnumerable<Size> KernelSizes => [Heads, KvHeads];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0], operands[1], operands[2]];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) =>
        2 * operands[1].Shape[1] * (4 * operands[0].Count + 3 * operands[operands.Count - 1].Count);
}

/// <summary>The gradient with respect to the bias, of the operands of <see cref="AttentionGradient"/>; of one that samples share the sum over them.</summary>
/// <inheritdoc cref="Attention"/>
public sealed partial record AttentionBiasGradient(Size Heads, Size KvHeads, float Scale = 0, bool IsCausal = false) : Op
{
    public override string Arguments => AttentionOperands.Arguments(Heads, KvHeads, Scale, IsCausal);

    public override IEnumerable<Size> KernelSizes => [Heads, KvHeads];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[3]];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) =>
        2 * operands[1].Shape[1] * (operands[0].Count + operands[operands.Count - 1].Count);
}

/// <summary>What attention is given, in a graph or at run time.</summary>
internal readonly record struct AttentionOperands<T>(T Q, T K, T V, T? Bias, T? Lengths) where T : class;

/// <summary>Which operand of attention is which: a bias has floats, lengths are integers.</summary>
internal static class AttentionOperands
{
    public static AttentionOperands<TensorType> Of(EquatableArray<TensorType> operands) => Of(operands, static type => type);

    public static AttentionOperands<Value> Of(EquatableArray<Value> operands) => Of(operands, static value => value.Type);

    private static AttentionOperands<T> Of<T>(EquatableArray<T> operands, Func<T, TensorType> type) where T : class
    {
        T? bias = operands.Count > 3 && type(operands[3]).Type == DType.F32 ? operands[3] : null;
        T? lengths = operands.Skip(3).FirstOrDefault(operand => type(operand).Type == DType.I32);
        return new(operands[0], operands[1], operands[2], bias, lengths);
    }

    public static string Arguments(Size heads, Size kvHeads, float scale, bool isCausal) =>
        $"Heads: {heads}, KvHeads: {kvHeads}, Scale: {ScalarExpression.Constant.Text(scale)}, IsCausal: {(isCausal ? "true" : "false")}";
}

public static partial class GraphOps
{
    /// <summary>Attention's result; <paramref name="more"/> is a bias, lengths, or both.</summary>
    public static Value Attention(
        this GraphBuilder graph, Value q, Value k, Value v, Size heads, Size kvHeads, float scale, bool isCausal, string name, params Value[] more) =>
        graph.AddNode(new Attention(heads, kvHeads, scale, isCausal), [name, $"{name}LogSum"], [q, k, v, .. more])[0];
}
