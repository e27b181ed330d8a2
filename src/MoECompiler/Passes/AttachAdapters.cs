using MoECompiler.Adapters;

namespace MoECompiler.Passes;

/// <summary>
/// Attaches an adapter: each product with a weight that it changes, y = x Wᵀ, becomes y = x Wᵀ + ((x Aᵀ) * scale) Bᵀ, of one matrix or of one
/// an expert, inside repeated layers too. The weights of the model are frozen, so that only the adapter's own parameters get gradients.
/// </summary>
public static class AttachAdapters
{
    /// <summary>The weights that an adapter can change, in order of declaration: right operands of products. The model's own graph.</summary>
    public static EquatableArray<AdapterSite> Sites(Graph graph)
    {
        List<AdapterSite> sites = [];
        foreach (GraphParameter parameter in graph.Parameters)
        {
            if (MatrixOf(graph.Nodes, parameter.Value) is not { } matrix)
                continue;
            List<Size> groups = [];
            if (parameter.Layers is { } layers)
                groups.Add(layers);
            if (matrix.Rank == 3)
                groups.Add(matrix.Shape[0]);
            sites.Add(new AdapterSite(NameOf(parameter.Value.Name), parameter, groups.ToEquatable(), matrix.Columns, matrix.Shape[matrix.Rank - 2]));
        }
        return sites.ToEquatable();
    }

    /// <summary>The graph with the adapter at each site; the adapter's parameters come after the model's.</summary>
    /// <param name="graph">A graph as it was declared: neither differentiated nor fused.</param>
    /// <param name="adapter">How factors are made.</param>
    /// <param name="sites">Some of <see cref="Sites"/>.</param>
    public static Graph Run(Graph graph, AdapterKind adapter, EquatableArray<AdapterSite> sites)
    {
        GraphBuilder builder = new();
        builder.Append(graph with { Nodes = [], Parameters = graph.Parameters.Select(static p => p with { IsFrozen = true, IsOfBase = true }).ToEquatable() });
        HashSet<string> names = [.. graph.Values.Select(static v => v.Name)];
        builder.Reserve(names);
        Dictionary<string, Factors> factors = new(StringComparer.Ordinal);
        foreach (AdapterSite site in sites)
        {
            (Value a, Value b) = adapter.Factors(builder, site);
            factors[site.Weight.Value.Name] = new Factors(a, b);
        }
        names.UnionWith(builder.Nodes.SelectMany(static n => n.Results).Concat(builder.Parameters.Select(static p => p.Value)).Select(static v => v.Name));
        Graph attached = builder.Build(graph.Name);
        return attached with
        {
            Nodes = attached.Nodes.Concat(new Rewrite(adapter.Scale, names).Run(graph.Nodes, factors)).ToEquatable(),
            Outputs = graph.Outputs,
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
            if (IsProduct(node) && names.Contains(node.Operands[1].Name))
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

    private static bool IsProduct(Node node) => node.Op is MatMul { TransposeA: false, TransposeB: true, Epilogue: null } or GroupedMatMul { TransposeB: true, Epilogue: null };

    /// <summary>A f32[..., Rank, In] and B f32[..., Out, Rank] as one graph sees them: inside a repeated layer without the layers' extent.</summary>
    private sealed record Factors(Value A, Value B);

    /// <summary>Rewrites the nodes of one graph and of the layers in it.</summary>
    /// <param name="scale">Of the factors' product.</param>
    /// <param name="names">Those that the graph's values have.</param>
    private sealed class Rewrite(float scale, HashSet<string> names)
    {
        private readonly List<Node> _nodes = [];

        public EquatableArray<Node> Run(EquatableArray<Node> nodes, Dictionary<string, Factors> factors)
        {
            foreach (Node node in nodes)
            {
                if (node.Op is Reshape && factors.TryGetValue(node.Operands[0].Name, out Factors? same))
                    factors[node.Result.Name] = same;
                if (IsProduct(node) && factors.TryGetValue(node.Operands[1].Name, out Factors? change))
                    Product(node, change);
                else
                    _nodes.Add(node.Op is Repeat repeat ? Layers(node, repeat, factors) : node);
            }
            return _nodes.ToEquatable();
        }

        /// <summary>The sum takes the product's name, so that what reads it stays as it is.</summary>
        private void Product(Node node, Factors change)
        {
            (string name, Op op) = (node.Result.Name, node.Op);
            IEnumerable<Value> routing = node.Operands.Skip(2);
            Value product = Add(op, $"{name}Base", node.Statement, node.Operands);
            Value narrow = Add(op, $"{name}Rank", node.Statement, [node.Operands[0], change.A, .. routing]);
            if (scale != 1)
                narrow = Add(new Elementwise(Scalar.In(0) * Scalar.Constant(scale)), $"{name}Scaled", node.Statement, [narrow]);
            // The rows are in order of expert by now.
            Op widen = op is GroupedMatMul grouped ? grouped with { GatherRows = false } : op;
            Value wide = Add(widen, $"{name}Change", node.Statement, [narrow, change.B, .. routing]);
            _nodes.Add(new Node(new Elementwise(Scalar.In(0) + Scalar.In(1)), [product, wide], node.Results, node.Statement));
        }

        /// <summary>A layer gets its slices of the factors: stacked ones after those that it has, the others at the end.</summary>
        private Node Layers(Node node, Repeat repeat, Dictionary<string, Factors> factors)
        {
            Graph body = repeat.Body;
            int slices = repeat.Carried + repeat.Stacked;
            HashSet<string> taken = [.. body.Values.Select(static v => v.Name)];
            Dictionary<string, Factors> inner = new(StringComparer.Ordinal);
            List<(Value Outer, Value Inner)> stacked = [], whole = [];
            for (int i = repeat.Carried; i < node.Operands.Count; i++)
            {
                if (!factors.TryGetValue(node.Operands[i].Name, out Factors? change))
                    continue;
                bool isSlice = i < slices;
                Value a = Inside(change.A), b = Inside(change.B);
                inner[body.Inputs[i].Name] = new Factors(a, b);
                (isSlice ? stacked : whole).AddRange([(change.A, a), (change.B, b)]);

                Value Inside(Value factor) => new(
                    taken.Take(factor.Name.Replace(".", "")), isSlice ? factor.Type.WithShape(factor.Type.Shape.Skip(1)) : factor.Type);
            }
            if (inner.Count == 0)
                return node;
            Repeat attached = repeat with
            {
                Body = body with
                {
                    Inputs = [.. body.Inputs.Take(slices), .. stacked.Select(static s => s.Inner), .. body.Inputs.Skip(slices), .. whole.Select(static s => s.Inner)],
                    Nodes = new Rewrite(scale, taken).Run(body.Nodes, inner),
                },
                Stacked = repeat.Stacked + stacked.Count,
            };
            return node with
            {
                Op = attached,
                Operands = [.. node.Operands.Take(slices), .. stacked.Select(static s => s.Outer), .. node.Operands.Skip(slices), .. whole.Select(static s => s.Outer)],
            };
        }

        private Value Add(Op op, string name, int statement, EquatableArray<Value> operands)
        {
            Value result = new(names.Take(name), op.Infer(operands.Select(static o => o.Type).ToEquatable())[0]);
            _nodes.Add(new Node(op, operands, [result], statement));
            return result;
        }
    }
}
