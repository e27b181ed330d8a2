namespace MoECompiler.Ops;

/// <summary>
/// Runs a graph once a layer: a loop that stays a loop, in the graph, the plan and the emitted text. Operands: values carried from layer to
/// layer, then values with one slice a layer along their first extent (the stacked weights), then values that each layer reads whole.
/// Results: the carried values after the last layer, then what each layer put out, stacked along a new first extent.
/// </summary>
/// <param name="Body">
/// One layer: its inputs are the operands in order, slices in place of stacks; its outputs are the carried values, then what is stacked.
/// </param>
/// <param name="Count">The number of layers.</param>
/// <param name="Carried">How many values are carried.</param>
/// <param name="Stacked">How many operands have one slice a layer.</param>
/// <param name="Reverse">Run from the last layer to the first, as a backward half does.</param>
/// <param name="Backward">How the gradient is computed; null until <see cref="Passes.Differentiate"/> has looked at the body.</param>
public sealed partial record Repeat(Graph Body, Size Count, int Carried, int Stacked, bool Reverse = false, RepeatBackward? Backward = null) : Op
{
    public override string Arguments => $"Count: {Count}, Carried: {Carried}, Stacked: {Stacked}, Reverse: {(Reverse ? "true" : "false")}, Body: {Body.Name}";

    public override string Construction => $"new Repeat({Body.Name}(), {Count}, {Carried}, {Stacked}, {(Reverse ? "true" : "false")})";

    public override IEnumerable<Size> KernelSizes => [Count];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (operands.Count != Body.Inputs.Count || Carried + Stacked > operands.Count || Carried > Body.Outputs.Count)
            throw new ShapeError($"the repeated layer takes {Body.Inputs.Count} operands, {Carried} carried and {Stacked} stacked, and gives {Body.Outputs.Count} results; it is given {operands.Count}");
        for (int i = 0; i < operands.Count; i++)
        {
            TensorType expected = Body.Inputs[i].Type;
            if (i >= Carried && i < Carried + Stacked)
                expected = Stack(expected);
            if (!expected.Equals(operands[i]))
                throw new ShapeError($"the repeated layer takes {expected} as `{Body.Inputs[i].Name}` and is given {operands[i]}");
        }
        for (int i = 0; i < Carried; i++)
        {
            if (!Body.Outputs[i].Value.Type.Equals(operands[i]))
                throw new ShapeError($"`{Body.Inputs[i].Name}` is {operands[i]} before the layer and {Body.Outputs[i].Value.Type} after it; a repeated layer must keep it");
        }
        return Body.Outputs.Select((o, i) => i < Carried ? o.Value.Type : Stack(o.Value.Type)).ToEquatable();
    }

    /// <summary>The type of one such value a layer, stacked.</summary>
    internal TensorType Stack(TensorType type) => type.WithShape([Count, .. type.Shape]);

    /// <summary>The type of a value's gradient. A carried integer has one too, of zeroes, so that loops need not tell apart what they carry.</summary>
    internal static TensorType GradientType(TensorType type) => type.As(DType.F32);

    /// <summary>The backward body, from the last layer to the first, over the values that the forward half kept.</summary>
    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        RepeatBackward backward = Backward ?? throw new NoGradientError(Name);
        List<Value> operands = [];
        for (int i = 0; i < Carried; i++)
            operands.Add(upstream[i] ?? graph.Zeroes(node.Results[i].Type, $"d_{node.Results[i].Name}"));
        foreach (int invariant in backward.Invariants)
            operands.Add(graph.Zeroes(node.Operands[invariant].Type, $"d_{node.Operands[invariant].Name}"));
        int carried = operands.Count;
        foreach (int result in backward.Saved)
            operands.Add(node.Results[result]);
        foreach (int operand in backward.Slices)
            operands.Add(node.Operands[operand]);
        foreach (int result in backward.Seeds)
            operands.Add(upstream[result] ?? graph.Zeroes(node.Results[result].Type, $"d_{node.Results[result].Name}"));
        int stacked = operands.Count - carried;
        foreach (int operand in backward.Whole)
            operands.Add(node.Operands[operand]);

        List<string> names = [.. Enumerable.Range(0, Carried).Concat(backward.Invariants).Concat(backward.StackedGradients).Select(i => $"d_{node.Operands[i].Name}")];
        EquatableArray<Value> results = graph.AddNode(new Repeat(backward.Body, Count, carried, stacked, Reverse: !Reverse), names, operands);

        Value?[] gradients = new Value?[node.Operands.Count];
        int next = 0;
        foreach (int operand in Enumerable.Range(0, Carried).Concat(backward.Invariants).Concat(backward.StackedGradients))
            gradients[operand] = results[next++];
        return gradients.ToEquatable();
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => Body.Nodes.Aggregate(
        Size.Zero,
        static (sum, node) => sum + node.Op.Flops(node.Operands.Select(static o => o.Type).ToEquatable(), node.Results.Select(static r => r.Type).ToEquatable())) * Count;
}

/// <summary>The backward half of a repeated layer. Numbers are of operands and results of the forward node.</summary>
/// <param name="Body">
/// Inputs: the gradients of the carried values and the sums for the invariants so far; the saved values, slices and seeds of this layer;
/// the whole operands. Outputs: the carried ones, then the gradients of this layer's slices.
/// </param>
/// <param name="Invariants">Whole operands that get a gradient, summed over the layers.</param>
/// <param name="Saved">Results that were added to the forward half to be read here.</param>
/// <param name="Slices">Stacked operands that are read again.</param>
/// <param name="Seeds">Stacked results that the loss depends on.</param>
/// <param name="Whole">Whole operands that are read again.</param>
/// <param name="StackedGradients">Stacked operands that get a gradient.</param>
public sealed record RepeatBackward(
    Graph Body,
    EquatableArray<int> Invariants,
    EquatableArray<int> Saved,
    EquatableArray<int> Slices,
    EquatableArray<int> Seeds,
    EquatableArray<int> Whole,
    EquatableArray<int> StackedGradients);
