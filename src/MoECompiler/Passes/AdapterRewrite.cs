using MoECompiler.Adapters;

namespace MoECompiler.Passes;

/// <summary>
/// Changes each product with a weight that something was made for, in one graph and in the layers that it repeats. What it becomes takes the
/// result's name, so that what reads it stays as it is.
/// </summary>
/// <param name="names">Those that the graph's values have.</param>
/// <param name="isAfterBias">Whether a bias is added to a product before it changes.</param>
internal abstract class AdapterRewrite(HashSet<string> names, bool isAfterBias)
{
    private readonly List<Node> _nodes = [];

    /// <summary>What was rounded for a product of 16 bits, by the name of the rounded value.</summary>
    private readonly Dictionary<string, Value> _unrounded = new(StringComparer.Ordinal);

    /// <param name="nodes">In order.</param>
    /// <param name="made">For each weight by the name of its value: f32[..., ] as this graph sees it, inside a repeated layer without the layers' extent.</param>
    public EquatableArray<Node> Run(EquatableArray<Node> nodes, Dictionary<string, EquatableArray<Value>> made)
    {
        Dictionary<string, Node> products = new(StringComparer.Ordinal);
        foreach (Node node in nodes)
        {
            if (node.Op is Reshape && made.TryGetValue(node.Operands[0].Name, out EquatableArray<Value> same))
                made[node.Result.Name] = same;
            if (IsProduct(node) && made.ContainsKey(node.Operands[1].Name))
                products[(isAfterBias && BiasOf(nodes, node) is { } biased ? biased : node).Result.Name] = node;
            if (!products.TryGetValue(node.Results[0].Name, out Node? product))
            {
                _nodes.Add(node.Op is Repeat repeat ? Layers(node, repeat, made) : node);
                if (node.Op is Ops.Convert && node.Operands[0].Type.Type == DType.F32)
                    _unrounded[node.Result.Name] = node.Operands[0];
                See(node);
                continue;
            }
            Value result = Add(node.Op, $"{node.Result.Name}Base", node, [.. node.Operands]);
            (ScalarExpression formula, Value[] operands) = Change(product, result, made[product.Operands[1].Name]);
            _nodes.Add(new Node(new Elementwise(formula), operands.ToEquatable(), node.Results, node.Statement));
        }
        return _nodes.ToEquatable();
    }

    /// <summary>Whether a weight's change can enter here.</summary>
    public static bool IsProduct(Node node) => node.Op is MatMul { TransposeA: false, TransposeB: true, Epilogue: null } or GroupedMatMul { TransposeB: true, Epilogue: null };

    /// <summary>The sum of a product and of its bias; null where there is none.</summary>
    private static Node? BiasOf(EquatableArray<Node> nodes, Node product)
    {
        List<Node> readers = [.. nodes.Where(node => node.Operands.Contains(product.Result))];
        return readers.Count == 1 && readers[0].Operands[0].Equals(product.Result) && IsBias(readers[0]) ? readers[0] : null;
    }

    private static bool IsBias(Node node) => node.Op is GroupedBias
        || node.Op is Elementwise sum && sum.Expression.Equals(Scalar.In(0) + Scalar.In(1)) && node.Operands[1].Type.Rank == 1;

    /// <summary>What the result of a product, or of its bias, becomes.</summary>
    protected abstract (ScalarExpression Formula, Value[] Operands) Change(Node product, Value result, EquatableArray<Value> made);

    /// <summary>What a product multiplies as it was before it was rounded to the type of the model's matrices: factors have 32 bits.</summary>
    protected Value LeftOf(Node product) => _unrounded.TryGetValue(product.Operands[0].Name, out Value? value) ? value : product.Operands[0];

    /// <summary>Looks at a node that stays as it is.</summary>
    protected virtual void See(Node node)
    {
    }

    /// <summary>What the changes in a layer read beside what was made: values of this graph.</summary>
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

    /// <summary>A layer gets its slices of what was made: stacked ones after those that it has, the others at the end.</summary>
    private Node Layers(Node node, Repeat repeat, Dictionary<string, EquatableArray<Value>> made)
    {
        Graph body = repeat.Body;
        int slices = repeat.Carried + repeat.Stacked;
        HashSet<string> taken = [.. body.Values.Select(static v => v.Name)];
        Dictionary<string, EquatableArray<Value>> inner = new(StringComparer.Ordinal);
        List<(Value Outer, Value Inner)> stacked = [], whole = [];
        for (int i = repeat.Carried; i < node.Operands.Count; i++)
        {
            if (!made.TryGetValue(node.Operands[i].Name, out EquatableArray<Value> values))
                continue;
            bool isSlice = i < slices;
            inner[body.Inputs[i].Name] = values.Select(value => InLayer(value, isSlice)).ToEquatable();
            (isSlice ? stacked : whole).AddRange(values.Zip(inner[body.Inputs[i].Name], static (outer, inside) => (outer, inside)));
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
