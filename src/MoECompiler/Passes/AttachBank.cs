using MoECompiler.Adapters;

namespace MoECompiler.Passes;

/// <summary>
/// Attaches a bank of adapters: each sample of a batch names its own. The rows of one product are put in order of adapter, or of adapter and
/// expert, so that all adapters' factors are two grouped products. Sources: Chen et al., Punica: Multi-Tenant LoRA Serving, MLSys 2024;
/// Sheng et al., S-LoRA, MLSys 2024.
/// </summary>
public static class AttachBank
{
    /// <summary>
    /// The graph with another input, i32[B], the adapter of each sample. The bank's factors are parameters under the sites' names: A
    /// f32[Layers, Adapters * Experts, Rank, In] and B f32[Layers, Adapters * Experts, Rank, Out], without layers and experts where the site
    /// has none. B is the other way round than in an adapter: a row's product with it then reads it as it lies.
    /// </summary>
    /// <param name="graph">A graph as it was declared.</param>
    /// <param name="adapter">Rank and scale.</param>
    /// <param name="sites">Some of <see cref="AttachAdapters.Sites"/>.</param>
    /// <param name="adapters">How many there are in the bank.</param>
    public static Graph Run(Graph graph, LowRankKind adapter, EquatableArray<AdapterSite> sites, Size adapters)
    {
        GraphBuilder builder = new();
        builder.Append(graph with { Nodes = [], Parameters = graph.Parameters.Select(static p => p with { IsFrozen = true, IsOfBase = true }).ToEquatable() });
        HashSet<string> names = [.. graph.Values.Select(static v => v.Name)];
        builder.Reserve(names);
        Value chosen = builder.Input("adapters", TensorType.I32(graph.Inputs[0].Type.Shape[0]));
        Dictionary<string, EquatableArray<Value>> factors = new(StringComparer.Ordinal);
        foreach (AdapterSite site in sites)
        {
            Size[] layers = site.Weight.Layers is { } count ? [count] : [];
            Size experts = Size.Product(site.Groups.Skip(layers.Length));
            factors[site.Weight.Value.Name] =
            [
                Parameter(builder, site, "A", [.. layers, adapters * experts, adapter.Rank, site.In]),
                Parameter(builder, site, "B", [.. layers, adapters * experts, adapter.Rank, site.Out]),
            ];
        }
        names.Add(chosen.Name);
        names.UnionWith(builder.Parameters.Select(static p => p.Value.Name));
        Graph attached = builder.Build(graph.Name);
        return attached with { Nodes = new Rewrite(adapter.Scale, adapters, chosen, names).Run(graph.Nodes, factors), Outputs = graph.Outputs };
    }

    private static Value Parameter(GraphBuilder graph, AdapterSite site, string name, Size[] shape) => graph.Parameter(new GraphParameter(
        new Value($"{site.Name}.{name}", TensorType.F32(shape)), new Initializer.Constant(0), $"{site.Name}.{name}", IsFrozen: true, site.Weight.Layers));

    /// <param name="scale">Of the factors' product.</param>
    /// <param name="adapters">How many there are.</param>
    /// <param name="chosen">i32[B], the adapter of each sample.</param>
    /// <param name="names">Those that the graph's values have.</param>
    private sealed class Rewrite(float scale, Size adapters, Value chosen, HashSet<string> names) : AdapterRewrite(names, isAfterBias: false)
    {
        /// <summary>The dispatch that made an order, by the order's name.</summary>
        private readonly Dictionary<string, Node> _dispatches = new(StringComparer.Ordinal);
        private readonly Dictionary<Size, Value> _adapterOfRow = [];
        private readonly Dictionary<Size, Routing> _rows = [];
        private readonly Dictionary<string, Routing> _pairs = new(StringComparer.Ordinal);

        protected override IEnumerable<Value> Further => [chosen];

        protected override AdapterRewrite Inside(HashSet<string> names, IReadOnlyList<Value> further) => new Rewrite(scale, adapters, further[0], names);

        protected override void See(Node node)
        {
            if (node.Op is IDispatch)
                _dispatches[node.Results[0].Name] = node;
        }

        protected override (ScalarExpression Formula, Value[] Operands) Change(Node product, Value result, EquatableArray<Value> made) =>
            (Scalar.In(0) + Scalar.In(1), [result, product.Op is GroupedMatMul grouped ? OfExperts(product, grouped, made) : OfRows(product, made)]);

        /// <summary>Rows in order of adapter, and back.</summary>
        private Value OfRows(Node product, EquatableArray<Value> factors)
        {
            (Value x, string name) = (LeftOf(product), product.Result.Name);
            Size rows = x.Type.Rows;
            Routing routing = OfRows(rows, product);
            if (x.Type.Rank != 2)
                x = Add(new Reshape([rows, x.Type.Columns]), $"{name}Rows", product, x);
            Value wide = Widen(Narrow(x, gather: true, product, factors, routing), product, factors, routing);
            Value back = Add(new SumRows(rows), $"{name}Change", product, wide, routing.Order);
            return product.Result.Type.Rank == 2 ? back : Add(new Reshape(product.Result.Type.Shape), $"{name}Shaped", product, back);
        }

        /// <summary>Rows in order of adapter and expert, and back in the order of the experts' own dispatch.</summary>
        private Value OfExperts(Node product, GroupedMatMul grouped, EquatableArray<Value> factors)
        {
            (Value x, Value order, string name) = (LeftOf(product), product.Operands[2], product.Result.Name);
            Node dispatch = _dispatches[order.Name];
            Routing routing = OfPairs(dispatch, product);
            if (!grouped.GatherRows)
                x = Add(new Reorder(), $"{name}Rows", product, x, dispatch.Results[2], routing.Order);
            Value wide = Widen(Narrow(x, grouped.GatherRows, product, factors, routing), product, factors, routing);
            return Add(new Reorder(), $"{name}Change", product, wide, routing.Position, order);
        }

        private Value Narrow(Value x, bool gather, Node product, EquatableArray<Value> factors, Routing routing)
        {
            Value narrow = Add(new GroupedMatMul(gather, TransposeB: true), $"{product.Result.Name}Rank", product, x, factors[0], routing.Order, routing.Offsets);
            return scale == 1 ? narrow : Add(new Elementwise(Scalar.In(0) * Scalar.Constant(scale)), $"{product.Result.Name}Scaled", product, narrow);
        }

        private Value Widen(Value narrow, Node product, EquatableArray<Value> factors, Routing routing) => Add(
            new GroupedMatMul(GatherRows: false, TransposeB: false), $"{product.Result.Name}Wide", product, narrow, factors[1], routing.Order, routing.Offsets);

        private Value AdapterOf(Size rows, Node product)
        {
            if (!_adapterOfRow.TryGetValue(rows, out Value? value))
                _adapterOfRow[rows] = value = Add(new AdapterOfRow(rows, adapters), "adapterOfRow", product, chosen);
            return value;
        }

        private Routing OfRows(Size rows, Node product)
        {
            if (!_rows.TryGetValue(rows, out Routing? routing))
            {
                Value single = Add(new Reshape([rows, Size.One]), "adapterOfRow", product, AdapterOf(rows, product));
                _rows[rows] = routing = Dispatched(single, adapters, "adapters", product);
            }
            return routing;
        }

        private Routing OfPairs(Node dispatch, Node product)
        {
            if (!_pairs.TryGetValue(dispatch.Results[0].Name, out Routing? routing))
            {
                (Value offsets, Value position) = (dispatch.Results[1], dispatch.Results[2]);
                Value pairs = Add(new AdapterPairs(), "adapterPairs", product, AdapterOf(position.Type.Shape[0], product), offsets, position);
                Size experts = offsets.Type.Shape[0] - Size.One;
                _pairs[dispatch.Results[0].Name] = routing = Dispatched(pairs, adapters * experts, "pairs", product);
            }
            return routing;
        }

        private Routing Dispatched(Value groups, Size count, string name, Node product)
        {
            EquatableArray<Value> results = AddNode(new Dispatch(count), [$"{name}Order", $"{name}Offsets", $"{name}Position"], product, groups);
            return new Routing(results[0], results[1], results[2]);
        }
    }
}
