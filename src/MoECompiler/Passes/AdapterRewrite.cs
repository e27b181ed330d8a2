namespace MoECompiler.Passes;

/// <summary>A f32[..., Rank, In] and B f32[..., Out, Rank] as one graph sees them: inside a repeated layer without the layers' extent.</summary>
internal sealed record LowRankFactors(Value A, Value B);

/// <summary>
/// Changes each product with a weight that has factors, in one graph and in the layers that it repeats. The changed sum takes the product's
/// name, so that what reads it stays as it is.
/// </summary>
/// <param name="names">Those that the graph's values have.</param>
internal abstract class AdapterRewrite(HashSet<string> names)
{
    private readonly List<Node> _nodes = [];

    /// <summary>What was rounded for a product of 16 bits, by the name of the rounded value.</summary>
    private readonly Dictionary<string, Value> _unrounded = new(StringComparer.Ordinal);

    /// <param name="nodes">In order.</param>
    /// <param name="factors">Of each weight by the name of its value.</param>
    public EquatableArray<Node> Run(EquatableArray<Node> nodes, Dictionary<string, LowRankFactors> factors)
    {
        foreach (Node node in nodes)
        {
            if (node.Op is Reshape && factors.TryGetValue(node.Operands[0].Name, out LowRankFactors? same))
                factors[node.Result.Name] = same;
            if (!IsProduct(node) || !factors.TryGetValue(node.Operands[1].Name, out LowRankFactors? change))
            {
                _nodes.Add(node.Op is Repeat repeat ? Layers(node, repeat, factors) : node);
                if (node.Op is Ops.Convert && node.Operands[0].Type.Type == DType.F32)
                    _unrounded[node.Result.Name] = node.Operands[0];
                See(node);
                continue;
            }
            Value product = Add(node.Op, $"{node.Result.Name}Base", node, [.. node.Operands]);
            Value changed = Change(node, change);
            _nodes.Add(new Node(new Elementwise(Scalar.In(0) + Scalar.In(1)), [product, changed], node.Results, node.Statement));
        }
        return _nodes.ToEquatable();
    }

    /// <summary>Whether a weight's change can enter here.</summary>
    public static bool IsProduct(Node node) => node.Op is MatMul { TransposeA: false, TransposeB: true, Epilogue: null } or GroupedMatMul { TransposeB: true, Epilogue: null };

    /// <summary>What is added to the product's result, of its type.</summary>
    protected abstract Value Change(Node product, LowRankFactors factors);

    /// <summary>What a product multiplies as it was before it was rounded to the type of the model's matrices: factors have 32 bits.</summary>
    protected Value LeftOf(Node product) => _unrounded.TryGetValue(product.Operands[0].Name, out Value? value) ? value : product.Operands[0];

    /// <summary>Looks at a node that stays as it is.</summary>
    protected virtual void See(Node node)
    {
    }

    /// <summary>What the changes in a layer read beside the factors: values of this graph.</summary>
    protected virtual IEnumerable<Value> Further => [];

    /// <summary>The same rewrite for a layer's graph.</summary>
    /// <param name="names">Those that the layer's values have.</param>
    /// <param name="further">The values of <see cref="Further"/> inside of the layer.</param>
    protected abstract AdapterRewrite Inside(HashSet<string> names, IReadOnlyList<Value> further);

    /// <summary>Adds a node for the change of <paramref name="product"/>.</summary>
    protected Value Add(Op op, string name, Node product, params Value[] operands) => AddNode(op, [name], product, operands)[0];

    /// <summary>Adds a node with several results for the change of <paramref name="product"/>.</summary>
    protected EquatableArray<Value> AddNode(Op op, IReadOnlyList<string> results, Node product, params Value[] operands)
    {
        EquatableArray<TensorType> types = op.Infer(operands.Select(static o => o.Type).ToEquatable());
        EquatableArray<Value> values = types.Select((type, i) => new Value(names.Take(results[i]), type)).ToEquatable();
        _nodes.Add(new Node(op, operands.ToEquatable(), values, product.Statement));
        return values;
    }

    /// <summary>A layer gets its slices of the factors: stacked ones after those that it has, the others at the end.</summary>
    private Node Layers(Node node, Repeat repeat, Dictionary<string, LowRankFactors> factors)
    {
        Graph body = repeat.Body;
        int slices = repeat.Carried + repeat.Stacked;
        HashSet<string> taken = [.. body.Values.Select(static v => v.Name)];
        Dictionary<string, LowRankFactors> inner = new(StringComparer.Ordinal);
        List<(Value Outer, Value Inner)> stacked = [], whole = [];
        for (int i = repeat.Carried; i < node.Operands.Count; i++)
        {
            if (!factors.TryGetValue(node.Operands[i].Name, out LowRankFactors? change))
                continue;
            bool isSlice = i < slices;
            (Value a, Value b) = (InLayer(change.A, isSlice), InLayer(change.B, isSlice));
            inner[body.Inputs[i].Name] = new LowRankFactors(a, b);
            (isSlice ? stacked : whole).AddRange([(change.A, a), (change.B, b)]);
        }
        if (inner.Count == 0)
            return node;
        List<(Value Outer, Value Inner)> further = [.. Further.Select(v => (v, InLayer(v, isSlice: false)))];
        whole.AddRange(further);
        Repeat attached = repeat with
        {
            Body = body with
            {
                Inputs = [.. body.Inputs.Take(slices), .. stacked.Select(static s => s.Inner), .. body.Inputs.Skip(slices), .. whole.Select(static s => s.Inner)],
                Nodes = Inside(taken, [.. further.Select(static f => f.Inner)]).Run(body.Nodes, inner),
            },
            Stacked = repeat.Stacked + stacked.Count,
        };
        return node with
        {
            Op = attached,
            Operands = [.. node.Operands.Take(slices), .. stacked.Select(static s => s.Outer), .. node.Operands.Skip(slices), .. whole.Select(static s => s.Outer)],
        };

        Value InLayer(Value value, bool isSlice) => new(
            taken.Take(value.Name.Replace(".", "")), isSlice ? value.Type.WithShape(value.Type.Shape.Skip(1)) : value.Type);
    }
}
