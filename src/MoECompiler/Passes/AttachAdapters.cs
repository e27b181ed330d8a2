using MoECompiler.Adapters;

namespace MoECompiler.Passes;

/// <summary>
/// Attaches an adapter: each product with a weight that it changes, y = x Wᵀ of one matrix or of one an expert, becomes what the adapter's kind
/// makes of it, inside repeated layers too. The weights of the model are frozen, so that only the adapter's own parameters get gradients.
/// </summary>
public static class AttachAdapters
{
    /// <summary>What adapters and banks are called to do: a site of that name gets a number.</summary>
    private static readonly string[] s_membersOfAdapters =
        ["Base", "Sites", "Scale", "IsMerged", "Merge", "Unmerge", "SavePeft", "LoadPeft", "Capacity", "Count", "Slots", "Add", "Replace", "Remove"];

    /// <summary>The weights that an adapter can change, in order of declaration: right operands of products. The model's own graph.</summary>
    public static EquatableArray<AdapterSite> Sites(Graph graph)
    {
        List<AdapterSite> sites = [];
        HashSet<string> names = [.. s_membersOfAdapters];
        foreach (GraphParameter parameter in graph.Parameters)
        {
            if (MatrixOf(graph.Nodes, parameter.Value) is not { } matrix)
                continue;
            List<Size> groups = [];
            if (parameter.Layers is { } layers)
                groups.Add(layers);
            if (matrix.Rank == 3)
                groups.Add(matrix.Shape[0]);
            sites.Add(new AdapterSite(names.Take(NameOf(parameter.Value.Name)), parameter, groups.ToEquatable(), matrix.Columns, matrix.Shape[matrix.Rank - 2]));
        }
        return sites.ToEquatable();
    }

    /// <summary>The graph with the adapter at each site; the adapter's parameters come after the model's.</summary>
    /// <param name="graph">A graph as it was declared: neither differentiated nor fused.</param>
    /// <param name="adapter">What it does at a weight.</param>
    /// <param name="sites">Some of <see cref="Sites"/>.</param>
    /// <param name="isTraining">Whether the graph is one of training.</param>
    public static Graph Run(Graph graph, AdapterKind adapter, EquatableArray<AdapterSite> sites, bool isTraining = false)
    {
        GraphBuilder builder = new();
        builder.Append(graph with { Nodes = [], Parameters = graph.Parameters.Select(static p => p with { IsFrozen = true, IsOfBase = true }).ToEquatable() });
        HashSet<string> names = [.. graph.Values.Select(static v => v.Name)];
        builder.Reserve(names);
        Dictionary<string, EquatableArray<Value>> made = new(StringComparer.Ordinal);
        foreach ((AdapterSite site, EquatableArray<Value> values) in sites.Zip(adapter.Prepare(builder, sites, isTraining), static (site, values) => (site, values)))
            made[site.Weight.Value.Name] = values;
        names.UnionWith(builder.Nodes.SelectMany(static n => n.Results).Concat(builder.Parameters.Select(static p => p.Value)).Select(static v => v.Name));
        Graph attached = builder.Build(graph.Name);
        return attached with
        {
            Nodes = attached.Nodes.Concat(new Rewrite(adapter, names).Run(graph.Nodes, made)).ToEquatable(),
            Outputs = graph.Outputs.Where(static o => o.Kind != OutputKind.Update).ToEquatable(),
        };
    }

    /// <summary>The members' names without what says nothing: <c>Stem.Weight</c> is Stem, <c>Layers.Stacked.Attention.Query.Weight</c> LayersAttentionQuery.</summary>
    private static string NameOf(string path)
    {
        List<string> words = [.. path.Split('.').Where(static word => word != "Stacked")];
        if (words.Count > 1 && words[words.Count - 1] == "Weight")
            words.RemoveAt(words.Count - 1);
        return string.Concat(words);
    }

    /// <summary>The type of the matrix that the weight is in the first product with it; null where there is none.</summary>
    private static TensorType? MatrixOf(EquatableArray<Node> nodes, Value weight)
    {
        HashSet<string> names = [weight.Name];
        foreach (Node node in nodes)
        {
            if (AdapterRewrite.IsProduct(node) && names.Contains(node.Operands[1].Name))
                return node.Operands[1].Type;
            if (node.Op is Reshape && names.Contains(node.Operands[0].Name))
                names.Add(node.Result.Name);
            if (node.Op is not Repeat repeat)
                continue;
            foreach (int at in Enumerable.Range(repeat.Carried, node.Operands.Count - repeat.Carried).Where(i => names.Contains(node.Operands[i].Name)))
            {
                if (MatrixOf(repeat.Body.Nodes, repeat.Body.Inputs[at]) is { } matrix)
                    return matrix;
            }
        }
        return null;
    }

    /// <summary>One adapter for all rows.</summary>
    private sealed class Rewrite(AdapterKind adapter, HashSet<string> names) : AdapterRewrite(names, adapter.IsAfterBias)
    {
        protected override (ScalarExpression Formula, Value[] Operands) Change(Node product, Value result, EquatableArray<Value> made) =>
            adapter.Change(new AdaptedProduct(product, LeftOf(product), result, (op, name, operands) => Add(op, name, product, operands)), made);

        protected override AdapterRewrite Inside(HashSet<string> names, IReadOnlyList<Value> further) => new Rewrite(adapter, names);
    }
}
