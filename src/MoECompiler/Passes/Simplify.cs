namespace MoECompiler.Passes;

/// <summary>
/// The same results from fewer nodes: numbers become part of the formulas that use them, broadcasts that a formula does by itself go,
/// equal nodes become one, and what no output depends on goes, also out of the layers of loops.
/// </summary>
/// <remarks>
/// No number changes, NaN and infinities included; only a sum with 0 may lose the sign of a zero. Equal random nodes become one too: they have
/// the same site, and so draw the same numbers.
/// </remarks>
public static class Simplify
{
    public static Graph Run(Graph graph)
    {
        Dictionary<string, Value> same = new(StringComparer.Ordinal);
        Dictionary<string, Node> definitions = new(StringComparer.Ordinal);
        Dictionary<(Op, EquatableArray<Value>), Node> seen = [];
        List<Node> nodes = [];
        foreach (Node original in graph.Nodes)
        {
            Node node = Rewrite(original with { Operands = original.Operands.Select(Resolve).ToEquatable() }, definitions);
            if (IsIdentity(node))
            {
                same[node.Result.Name] = node.Operands[0];
                continue;
            }
            if (seen.TryGetValue((node.Op, node.Operands), out Node? twin))
            {
                for (int i = 0; i < node.Results.Count; i++)
                    same[node.Results[i].Name] = twin.Results[i];
                continue;
            }
            seen[(node.Op, node.Operands)] = node;
            foreach (Value result in node.Results)
                definitions[result.Name] = node;
            nodes.Add(node);
        }
        EquatableArray<Output> outputs = graph.Outputs.Select(o => o with { Value = Resolve(o.Value) }).ToEquatable();
        return graph with { Nodes = Live(nodes, outputs), Outputs = outputs };

        Value Resolve(Value value) => same.TryGetValue(value.Name, out Value? other) ? other : value;
    }

    private static Node Rewrite(Node node, Dictionary<string, Node> definitions) => node.Op switch
    {
        Repeat repeat => node with { Op = repeat with { Body = Run(repeat.Body) } },
        Elementwise => Inline(node, definitions),
        Reshape when Producer(node.Operands[0], definitions) is { Op: Reshape } inner => node with { Operands = inner.Operands },
        BroadcastTo when Producer(node.Operands[0], definitions) is { Op: BroadcastTo } inner => node with { Operands = inner.Operands },
        _ => node,
    };

    private static Node? Producer(Value value, Dictionary<string, Node> definitions) => definitions.TryGetValue(value.Name, out Node? node) ? node : null;

    /// <summary>Whether the result is the operand, in value and in type.</summary>
    private static bool IsIdentity(Node node) =>
        node.Op is Reshape or BroadcastTo or SumTo or Elementwise { Expression: ScalarExpression.Input } && node.Operands[0].Type.Equals(node.Result.Type);

    /// <summary>The formula with numbers put in, and on what was broadcast for it, as far as the result keeps its extents.</summary>
    private static Node Inline(Node node, Dictionary<string, Node> definitions)
    {
        ScalarExpression[] parts = [.. node.Operands.Select(static (_, i) => Scalar.In(i))];
        Value[] operands = [.. node.Operands];
        Node inlined = Formula(node, parts, operands);
        for (int i = 0; i < operands.Length; i++)
        {
            (ScalarExpression part, Value operand) = (parts[i], operands[i]);
            if (Number(operand, definitions) is { } number)
                parts[i] = number;
            else if (Producer(operand, definitions) is { Op: BroadcastTo } broadcast)
                operands[i] = broadcast.Operands[0];
            else
                continue;
            if (Formula(node, parts, operands) is var candidate && HasItsType(candidate))
                inlined = candidate;
            else
                (parts[i], operands[i]) = (part, operand);
        }
        return inlined;
    }

    /// <summary>The formula that a value is throughout, if it depends on no operand.</summary>
    private static ScalarExpression? Number(Value value, Dictionary<string, Node> definitions) => Producer(value, definitions) switch
    {
        { Op: Elementwise constant, Operands.Count: 0 } => constant.Expression,
        { Op: Fill fill } => fill.Number,
        { Op: BroadcastTo or Reshape, Operands: var operands } => Number(operands[0], definitions),
        _ => null,
    };

    /// <summary>The node with <paramref name="parts"/> in place of its inputs, on those operands that are still mentioned, each once.</summary>
    private static Node Formula(Node node, ScalarExpression[] parts, Value[] operands)
    {
        Elementwise formula = (Elementwise)node.Op;
        ScalarExpression expression = formula.Expression.Substitute(i => parts[i]);
        List<Value> mentioned = [.. expression.Inputs.Select(i => operands[i]).Distinct()];
        return node with { Op = formula with { Expression = expression.Substitute(i => Scalar.In(mentioned.IndexOf(operands[i]))) }, Operands = mentioned.ToEquatable() };
    }

    private static bool HasItsType(Node node) => node.Op.Infer(node.Operands.Select(static o => o.Type).ToEquatable())[0].Equals(node.Result.Type);

    /// <summary>The nodes that an output depends on.</summary>
    internal static EquatableArray<Node> Live(IReadOnlyList<Node> nodes, IEnumerable<Output> outputs)
    {
        HashSet<string> needed = new(outputs.Select(static o => o.Value.Name), StringComparer.Ordinal);
        List<Node> live = [];
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (!nodes[i].Results.Any(r => needed.Contains(r.Name)))
                continue;
            Node node = nodes[i].Op is Repeat { Backward: null } repeat ? SimplifyRepeat.Trim(nodes[i], repeat, needed) : nodes[i];
            needed.UnionWith(node.Operands.Select(static o => o.Name));
            live.Add(node);
        }
        live.Reverse();
        return live.ToEquatable();
    }
}
