namespace MoECompiler.Passes;

/// <summary>Puts nodes of a graph together into one step.</summary>
internal static class Regions
{
    /// <summary>The graph with a region in place of some nodes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="members">The nodes' numbers, ascending.</param>
    /// <param name="at">Which member's place the region takes: what it reads must be there by then, and nobody may read it before.</param>
    /// <param name="kind">What the nodes have in common.</param>
    /// <param name="keepsAll">Whether all values are results, or only those that something else reads.</param>
    public static Graph Replace(Graph graph, IReadOnlyList<int> members, int at, RegionKind kind, bool keepsAll)
    {
        List<Node> nodes = [.. members.Select(i => graph.Nodes[i])];
        HashSet<string> made = new(nodes.SelectMany(static n => n.Results).Select(static r => r.Name), StringComparer.Ordinal);
        HashSet<string> read = new(
            graph.Nodes.Where((_, i) => !members.Contains(i)).SelectMany(static n => n.Operands).Concat(graph.Outputs.Select(static o => o.Value)).Select(static v => v.Name),
            StringComparer.Ordinal);
        EquatableArray<Value> inputs = nodes.SelectMany(static n => n.Operands).Where(o => !made.Contains(o.Name)).Distinct().ToEquatable();
        EquatableArray<Value> results = nodes.SelectMany(static n => n.Results).Where(r => keepsAll || read.Contains(r.Name)).ToEquatable();
        EquatableArray<Output> outputs = results.Select(static r => new Output(r.Name, r, OutputKind.Result)).ToEquatable();
        int statement = graph.Nodes[at].Statement;
        Graph body = new(graph.Name, inputs, [], nodes.ToEquatable(), outputs, graph.Statements);
        Node region = new(new Region(kind, body), inputs, results, statement);
        return graph with { Nodes = graph.Nodes.Select((n, i) => i == at ? region : n).Where((_, i) => i == at || !members.Contains(i)).ToEquatable() };
    }
}
