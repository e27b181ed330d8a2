namespace MoECompiler.Passes;

/// <summary>
/// Puts each node as late as it can go without keeping an operand alive for longer: what is only needed in the backward half is not
/// computed, and held, at the start. Otherwise the order is the user's.
/// </summary>
public static class Schedule
{
    public static Graph Run(Graph graph)
    {
        List<Node> nodes = [.. graph.Nodes.Select(static n => n.Op is Repeat r ? n with { Op = r with { Body = Run(r.Body) } } : n)];
        HashSet<string> held = [.. graph.Inputs.Concat(graph.Parameters.Select(static p => p.Value)).Concat(graph.Outputs.Select(static o => o.Value)).Select(static v => v.Name)];

        // From the end, so that a chain of small nodes sinks as one.
        List<Node> order = [.. nodes];
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            Node node = nodes[i];
            int at = order.FindIndex(n => ReferenceEquals(n, node));
            int first = order.FindIndex(at + 1, n => n.Operands.Any(o => node.Results.Contains(o)));
            if (first <= at + 1)
                continue;
            int latest = first - 1;
            foreach (Value operand in node.Operands)
            {
                if (held.Contains(operand.Name))
                    continue;
                int last = order.FindLastIndex(n => !ReferenceEquals(n, node) && n.Operands.Contains(operand));
                latest = Math.Min(latest, last);
            }
            if (latest <= at)
                continue;
            order.RemoveAt(at);
            order.Insert(latest, node);
        }
        return graph with { Nodes = order.ToEquatable() };
    }
}
