namespace MoECompiler.Passes;

/// <summary>
/// The same results from fewer nodes: constants become part of the formulas that use them, broadcasts that a formula does by itself go,
/// equal nodes become one, and what no output depends on goes. No number changes.
/// </summary>
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
            Node node = original with { Operands = original.Operands.Select(Resolve).ToEquatable() };
            if (node.Op is Repeat repeat)
                node = node with { Op = repeat with { Body = Run(repeat.Body) } };
            if (node.Op is Elementwise)
                node = Inline(node, definitions);
            if (node.Op is Reshape && definitions.TryGetValue(node.Operands[0].Name, out Node? inner) && inner.Op is Reshape)
                node = node with { Operands = inner.Operands };
            if (node.Op is Reshape && node.Operands[0].Type.Equals(node.Result.Type) || node.Op is Elementwise { Expression: ScalarExpression.Input } && node.Operands[0].Type.Equals(node.Result.Type))
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

    /// <summary>The formula with constants put in and with what it need not have broadcast for it.</summary>
    private static Node Inline(Node node, Dictionary<string, Node> definitions)
    {
        ScalarExpression expression = ((Elementwise)node.Op).Expression;
        List<Value> operands = [.. node.Operands];
        Dictionary<int, ScalarExpression> replaced = [];
        for (int i = 0; i < operands.Count; i++)
        {
            if (!definitions.TryGetValue(operands[i].Name, out Node? definition))
                continue;
            if (definition.Op is Elementwise { Expression: var constant } && definition.Operands.Count == 0)
            {
                replaced[i] = constant;
            }
            else if (definition.Op is BroadcastTo)
            {
                Value narrow = definition.Operands[0];
                if (narrow.Type.Rank == 0 && definitions.TryGetValue(narrow.Name, out Node? source) && source.Operands.Count == 0 && source.Op is Elementwise { Expression: var number })
                    replaced[i] = number;
                else
                    operands[i] = narrow;
            }
        }
        ScalarExpression substituted = expression.Substitute(i => replaced.TryGetValue(i, out ScalarExpression? r) ? r : Scalar.In(i));
        List<int> used = [.. substituted.Inputs];
        EquatableArray<Value> kept = used.Select(i => operands[i]).ToEquatable();
        Elementwise op = new(substituted.Substitute(i => Scalar.In(used.IndexOf(i))));
        bool fits = op.Infer(kept.Select(static o => o.Type).ToEquatable())[0].Equals(node.Result.Type);
        return fits ? node with { Op = op, Operands = kept } : node;
    }

    /// <summary>The nodes that an output depends on.</summary>
    private static EquatableArray<Node> Live(List<Node> nodes, EquatableArray<Output> outputs)
    {
        HashSet<string> needed = new(outputs.Select(static o => o.Value.Name), StringComparer.Ordinal);
        List<Node> live = [];
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (!nodes[i].Results.Any(r => needed.Contains(r.Name)))
                continue;
            needed.UnionWith(nodes[i].Operands.Select(static o => o.Name));
            live.Add(nodes[i]);
        }
        live.Reverse();
        return live.ToEquatable();
    }
}
