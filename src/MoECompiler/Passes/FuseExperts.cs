namespace MoECompiler.Passes;

/// <summary>
/// For GPUs: a dispatch, the products of its rows and their combination become one step, where nothing else reads what is between. For a
/// few tokens that step needs no sort: each pair of token and slot finds its expert by itself, and the last product adds up its slots.
/// </summary>
public static class FuseExperts
{
    public static Graph Run(Graph graph)
    {
        graph = graph with { Nodes = graph.Nodes.Select(static n => n.Op is Repeat r ? n with { Op = r with { Body = Run(r.Body) } } : n).ToEquatable() };
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i].Op is not Dispatch { Capacity: null } || Members(graph, i) is not { } members)
                continue;
            graph = Regions.Replace(graph, members, members[members.Count - 1], RegionKind.Experts, keepsAll: true);
            i = -1;
        }
        return graph;
    }

    /// <summary>The dispatch at <paramref name="first"/> and its products, the combination last; null where a reader is none of these.</summary>
    private static List<int>? Members(Graph graph, int first)
    {
        HashSet<string> routing = new(graph.Nodes[first].Results.Select(static r => r.Name), StringComparer.Ordinal);
        HashSet<string> inside = new(routing, StringComparer.Ordinal);
        List<int> members = [first];
        for (int i = first + 1; i < graph.Nodes.Count && graph.Nodes[members[members.Count - 1]].Op is not Combine; i++)
        {
            Node node = graph.Nodes[i];
            if (!node.Operands.Any(o => inside.Contains(o.Name)))
                continue;
            if (node.Op is not (GroupedMatMul or Combine or Elementwise))
                return null;
            members.Add(i);
            inside.UnionWith(node.Results.Select(static r => r.Name));
        }
        Node last = graph.Nodes[members[members.Count - 1]];
        if (last.Op is not Combine || members.Take(members.Count - 1).Any(i => !graph.Nodes[i].Results.All(r => IsReadWithin(graph, members, r))))
            return null;
        // The last product is computed in the combination, and nowhere else.
        Node down = members.Select(i => graph.Nodes[i]).First(n => n.Results.Contains(last.Operands[0]));
        return down.Op is GroupedMatMul { Gathers: false, Epilogue: null, Result: DType.F32 } ? members : null;
    }

    private static bool IsReadWithin(Graph graph, List<int> members, Value value) =>
        !graph.Outputs.Any(o => o.Value.Equals(value)) && !graph.Nodes.Where((n, i) => !members.Contains(i)).Any(n => n.Operands.Contains(value));
}
