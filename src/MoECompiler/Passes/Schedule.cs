namespace MoECompiler.Passes;

/// <summary>
/// Puts each node as late as it can go without keeping an operand alive for longer: a gradient that is asked for later does not lie in
/// memory while the weight's gradient beside it is computed. Otherwise the order is the user's.
/// </summary>
/// <remarks>At no step are more bytes alive than before. It only moves nodes: random ones draw by their site, not by their turn.</remarks>
public static class Schedule
{
    public static Graph Run(Graph graph)
    {
        Node[] nodes = [.. graph.Nodes.Select(static n => n.Op is Repeat r ? n with { Op = r with { Body = Run(r.Body) } } : n)];
        Dictionary<string, string> memory = Memory(graph);
        HashSet<string> held = [.. graph.Given.Concat(graph.Outputs.Select(static o => o.Value)).Select(v => memory[v.Name])];
        ILookup<string, int> readersOfMemory = Readers(nodes, o => memory[o.Name]);
        ILookup<string, int> readersOfValue = Readers(nodes, static o => o.Name);

        // From the end: readers have sunk before those that they read.
        List<int> order = [.. Enumerable.Range(0, nodes.Length)];
        int[] place = [.. order];
        for (int i = nodes.Length - 1; i >= 0; i--)
        {
            int latest = nodes[i].Results.SelectMany(r => readersOfValue[r.Name]).Select(reader => place[reader]).DefaultIfEmpty(0).Min() - 1;
            foreach (Value operand in nodes[i].Operands.Where(o => !held.Contains(memory[o.Name])))
                latest = Math.Min(latest, readersOfMemory[memory[operand.Name]].Where(reader => reader != i).Select(reader => place[reader]).DefaultIfEmpty(0).Max());
            if (latest <= place[i])
                continue;
            order.RemoveAt(place[i]);
            order.Insert(latest, i);
            for (int at = place[i]; at <= latest; at++)
                place[order[at]] = at;
        }
        return graph with { Nodes = order.Select(i => nodes[i]).ToEquatable() };
    }

    /// <summary>For each value the name of the one whose memory it is: its own, unless it is an alias.</summary>
    private static Dictionary<string, string> Memory(Graph graph)
    {
        Dictionary<string, string> memory = graph.Given.ToDictionary(static v => v.Name, static v => v.Name, StringComparer.Ordinal);
        foreach (Node node in graph.Nodes)
        {
            foreach (Value result in node.Results)
                memory.Add(result.Name, node.Op.IsAlias ? memory[node.Operands[0].Name] : result.Name);
        }
        return memory;
    }

    /// <summary>The nodes that read each value, by what <paramref name="key"/> says of it.</summary>
    private static ILookup<string, int> Readers(Node[] nodes, Func<Value, string> key) => nodes
        .SelectMany(static (node, i) => node.Operands.Select(operand => (Operand: operand, Reader: i)))
        .ToLookup(pair => key(pair.Operand), static pair => pair.Reader, StringComparer.Ordinal);
}
