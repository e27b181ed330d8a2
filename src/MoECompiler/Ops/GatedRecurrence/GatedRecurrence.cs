namespace MoECompiler.Ops;

/// <summary>
/// The states of a gated recurrent unit along sequences: with x f32[B, T, 3 N] what is known of each place for reset, update and candidate, one after
/// the other, and p = h[b, t - 1] W, W f32[N, 3 N]: r = sigmoid(x_r + p_r), z = sigmoid(x_z + p_z), n = tanh(x_n + r p_n) and
/// h[b, t] = n + z (h[b, t - 1] - n), f32[B, T, N]; the state before the first is 0.
/// </summary>
/// <remarks>
/// Source: Cho et al., Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation, EMNLP 2014, with the reset after
/// the product, as in PyTorch, whose order of the three it is.
/// </remarks>
public sealed partial record GatedRecurrence : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType x, TensorType weight) = (operands[0], operands[1]);
        return x.Rank == 3 && weight.Rank == 2 && weight.Columns == x.Columns && x.Columns == 3 * weight.Rows
            ? [x.WithColumns(weight.Rows)]
            : throw new ShapeError($"GatedRecurrence takes f32[B, T, 3 N] and f32[N, 3 N] and is given {x} and {weight}");
    }

    /// <summary>
    /// Places and gates are computed again, all at once, as states tell what came in; what is left is linear in the states' gradients and goes back
    /// place by place, see <see cref="GatedRecurrenceGradient"/>.
    /// </summary>
    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        (Value x, Value weight, Value y) = (node.Operands[0], node.Operands[1], node.Result);
        (Size batch, Size length, Size width) = (x.Type.Shape[0], x.Type.Shape[1], y.Type.Columns);
        Value first = graph.Zeroes(TensorType.F32(batch, Size.One, width), "first");
        Value before = graph.Add(new Concat(1), "before", first, graph.Add(new Slice(1, Size.Zero, length - Size.One), "states", y));
        Value rows = graph.Reshape(before, [batch * length, width], "before");
        Value products = graph.Reshape(graph.MatMul(rows, weight, name: "products"), x.Type.Shape, "products");

        Value xReset = Part(x, 0, "xReset"), xUpdate = Part(x, 1, "xUpdate"), xNew = Part(x, 2, "xNew");
        Value pReset = Part(products, 0, "pReset"), pUpdate = Part(products, 1, "pUpdate"), pNew = Part(products, 2, "pNew");
        Value reset = graph.Elementwise(Scalar.Sigmoid(Scalar.In(0) + Scalar.In(1)), [xReset, pReset], "reset");
        Value update = graph.Elementwise(Scalar.Sigmoid(Scalar.In(0) + Scalar.In(1)), [xUpdate, pUpdate], "update");
        Value candidate = graph.Elementwise(Scalar.Tanh(Scalar.In(0) + Scalar.In(1) * Scalar.In(2)), [xNew, reset, pNew], "candidate");

        // What a state's gradient is multiplied by to be that of each sum before its sigmoid or tanh.
        Value ofNew = graph.Elementwise((1 - Scalar.In(0)) * (1 - Scalar.Square(Scalar.In(1))), [update, candidate], "ofNew");
        Value ofUpdate = graph.Elementwise((Scalar.In(0) - Scalar.In(1)) * Scalar.In(2) * (1 - Scalar.In(2)), [before, candidate, update], "ofUpdate");
        Value ofReset = graph.Elementwise(Scalar.In(0) * Scalar.In(1) * Scalar.In(2) * (1 - Scalar.In(2)), [ofNew, pNew, reset], "ofReset");
        Value gates = graph.Add(new Concat(2), "ofGates", ofReset, ofUpdate);
        Value factors = graph.Add(new Concat(2), "factors", gates, graph.Multiply(reset, ofNew, "ofProduct"));
        Value back = graph.Add(new Transpose([1, 0]), "back", weight);
        Value dy = graph.Add(new GatedRecurrenceGradient(), $"d_{y.Name}", upstream[0]!, update, factors, back);

        Value twice = graph.Add(new Concat(2), "twice", dy, dy);
        Value dGates = graph.Multiply(gates, twice, "d_gates");
        Value dx = graph.Add(new Concat(2), $"d_{x.Name}", dGates, graph.Multiply(ofNew, dy, "d_new"));
        Value dProducts = graph.Multiply(factors, graph.Add(new Concat(2), "thrice", twice, dy), "d_products");
        Value dWeight = graph.MatMul(rows, graph.Reshape(dProducts, [batch * length, 3 * width], "d_products"), transposeA: true, name: $"d_{weight.Name}");
        return [dx, dWeight];

        Value Part(Value of, int number, string name) => graph.Add(new Slice(2, number * width, width), name, of);
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 2 * results[0].Count * operands[1].Columns;
}

/// <summary>
/// The gradients of the states of a <see cref="GatedRecurrence"/>, from the last to the first: g[b, t] = dy[b, t] + keep[b, t + 1] g[b, t + 1] +
/// (factors[b, t + 1] times g[b, t + 1], for each of the three) W^T. Of dy and keep f32[B, T, N], factors f32[B, T, 3 N] and W^T f32[3 N, N].
/// </summary>
public sealed partial record GatedRecurrenceGradient : Op
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0]];

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => 2 * operands[2].Count * results[0].Columns;
}
