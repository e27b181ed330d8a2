namespace MoECompiler.Passes;

/// <summary>
/// Appends the backward half: for each parameter that is not frozen, an output with the gradient of the loss. Gradients are a rewrite at
/// build time, in the ops' own terms, so the passes that fuse and plan the forward half do the same for the backward half.
/// </summary>
public static class Differentiate
{
    /// <summary>What the derivative of a loss is multiplied by where slopes are of 16-bit floats: a member of the run-time model.</summary>
    public const string ScaleSymbol = "LossScale";

    /// <summary>
    /// A graph that computes the outputs of <paramref name="graph"/> and the gradients of its loss. A parameter that the loss does not depend
    /// on through ops that pass a gradient gets none.
    /// </summary>
    /// <param name="graph">A graph with a loss, not yet fused: ops have gradient rules, products with epilogues have none.</param>
    /// <param name="name">The name of the new graph.</param>
    /// <param name="isScaled">Whether the loss's derivative is <see cref="ScaleSymbol"/>, a number of the model's at run time, and not 1.</param>
    /// <exception cref="NoGradientError">An op between the loss and a parameter has no gradient.</exception>
    /// <exception cref="InvalidOperationException">There is no loss, or the graph was fused.</exception>
    public static Graph Run(Graph graph, string name, bool isScaled = false)
    {
        Value loss = (graph.Outputs.FirstOrDefault(static o => o.Kind == OutputKind.Loss) ?? throw new InvalidOperationException($"{graph.Name} has no loss.")).Value;
        HashSet<string> targets = [.. graph.Parameters.Where(static p => !p.IsFrozen).Select(static p => p.Value.Name)];
        HashSet<string> names = [.. graph.Values.Select(static v => v.Name)];
        GraphBuilder builder = new();
        builder.Append(graph with { Nodes = DifferentiateRepeat.Prepare(SparseTables.Prepare(graph.Nodes), targets, [loss], names) });
        foreach (Output output in graph.Outputs)
            builder.Output(output.Name, output.Value, output.Kind, output.Coefficient);

        Value seed = builder.Elementwise(isScaled ? Scalar.Extent(Size.Symbol(ScaleSymbol)) : Scalar.Constant(1), [], "d_loss");
        Dictionary<string, Value> gradients = Backward(builder, targets, [(loss, seed)]);
        foreach (GraphParameter parameter in graph.Parameters)
        {
            if (parameter.IsFrozen || !gradients.TryGetValue(parameter.Value.Name, out Value? gradient))
                continue;
            Value? rows = SparseTables.RowsOf(gradient, builder.Nodes);
            builder.Output(parameter.Value.Name, gradient, rows is null ? OutputKind.Gradient : OutputKind.RowGradient);
            if (rows is not null)
                builder.Output(parameter.Value.Name + ".rows", rows, OutputKind.GradientRows);
        }
        Graph built = builder.Build(name);
        return built with { Nodes = DifferentiateRepeat.Finish(built.Nodes) };
    }

    /// <summary>
    /// Adds the backward half of all nodes that are now in <paramref name="builder"/>, and gives the gradient of each value that depends
    /// on <paramref name="targets"/> or is one, by name.
    /// </summary>
    internal static Dictionary<string, Value> Backward(GraphBuilder builder, ISet<string> targets, IEnumerable<(Value Value, Value Gradient)> seeds)
    {
        List<Node> forward = [.. builder.Nodes];
        HashSet<string> active = Active(forward, targets);
        Dictionary<string, Value> gradients = new(StringComparer.Ordinal);
        foreach ((Value value, Value gradient) in seeds)
            Accumulate(value, gradient);

        for (int i = forward.Count - 1; i >= 0; i--)
        {
            Node node = forward[i];
            if (!node.Op.IsDifferentiable || !node.Operands.Any(o => active.Contains(o.Name)))
                continue;
            EquatableArray<Value?> upstream = node.Results.Select(r => gradients.TryGetValue(r.Name, out Value? g) ? g : null).ToEquatable();
            if (upstream.All(static g => g is null))
                continue;
            if (node.Op is IFusesEpilogue { Epilogue: not null })
                throw new InvalidOperationException($"{GraphPrinter.Print(node)}: a graph is differentiated before it is fused.");
            builder.BeginGradientOf(node.Statement);
            EquatableArray<Value?> downstream = node.Op.Gradient(builder, node, upstream);
            for (int operand = 0; operand < downstream.Count; operand++)
            {
                if (downstream[operand] is { } gradient && active.Contains(node.Operands[operand].Name))
                    Accumulate(node.Operands[operand], gradient);
            }
        }
        return gradients;

        void Accumulate(Value value, Value gradient) => gradients[value.Name] =
            gradients.TryGetValue(value.Name, out Value? sum) ? builder.Add(sum, gradient, $"d_{value.Name}") : gradient;
    }

    /// <summary>The values that depend on a target through ops that pass a gradient.</summary>
    internal static HashSet<string> Active(IEnumerable<Node> nodes, IEnumerable<string> targets)
    {
        HashSet<string> active = new(targets, StringComparer.Ordinal);
        foreach (Node node in nodes)
        {
            if (node.Op.IsDifferentiable && node.Operands.Any(o => active.Contains(o.Name)))
                active.UnionWith(node.Results.Where(static r => r.Type.Type.IsFloat()).Select(static r => r.Name));
        }
        return active;
    }
}
