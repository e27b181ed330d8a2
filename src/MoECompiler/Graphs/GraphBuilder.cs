namespace MoECompiler.Graphs;

/// <summary>
/// Makes a graph node by node, and infers each type as the node is added. Every op has an extension method here that adds it, so
/// lowerings and gradient rules read as formulas: <c>graph.MatMul(x, weight, transposeB: true)</c>.
/// </summary>
public sealed class GraphBuilder
{
    private readonly List<Value> _inputs = [];
    private readonly List<GraphParameter> _parameters = [];
    private readonly List<Node> _nodes = [];
    private readonly List<Output> _outputs = [];
    private readonly List<string> _statements = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The user's statement that the next nodes belong to.</summary>
    public int Statement { get; set; } = -1;

    /// <summary>Put before each name that is given from now on: the member that a module's nodes belong to.</summary>
    public string Prefix { get; set; } = "";

    public IReadOnlyList<Node> Nodes => _nodes;

    public IReadOnlyList<GraphParameter> Parameters => _parameters;

    public IReadOnlyList<Value> Inputs => _inputs;

    public IReadOnlyList<Output> Outputs => _outputs;

    /// <summary>Notes a statement of the user; the nodes added from now on carry it.</summary>
    public void BeginStatement(string text)
    {
        Statement = _statements.Count;
        _statements.Add(text);
    }

    /// <summary>The nodes added from now on are the backward half of a statement.</summary>
    public void BeginGradientOf(int statement)
    {
        if (statement < 0)
        {
            Statement = -1;
            return;
        }
        string text = "Backward: " + _statements[statement];
        Statement = _statements.IndexOf(text);
        if (Statement < 0)
            BeginStatement(text);
    }

    public Value Input(string name, TensorType type)
    {
        (string prefix, Prefix) = (Prefix, "");
        Value value = new(Unique(name), type);
        Prefix = prefix;
        _inputs.Add(value);
        return value;
    }

    /// <summary>Adds a node whose name has been made of one that is prefixed already.</summary>
    public Value AddUnprefixed(Op op, string name, params Value[] operands)
    {
        (string prefix, Prefix) = (Prefix, "");
        Value value = Add(op, name, operands);
        Prefix = prefix;
        return value;
    }

    public Value Parameter(GraphParameter parameter)
    {
        _names.Add(parameter.Value.Name);
        _parameters.Add(parameter);
        return parameter.Value;
    }

    public void Output(string name, Value value, OutputKind kind, float coefficient = 0) => _outputs.Add(new Output(name, value, kind, coefficient));

    /// <summary>Adds a node with a single result.</summary>
    /// <param name="op">What to compute.</param>
    /// <param name="name">What to call the result; made unique.</param>
    /// <param name="operands">Values of this graph.</param>
    public Value Add(Op op, string name, params Value[] operands) => AddNode(op, [name], operands)[0];

    /// <summary>Adds a node with as many results as there are <paramref name="names"/>.</summary>
    public EquatableArray<Value> AddNode(Op op, IReadOnlyList<string> names, IReadOnlyList<Value> operands)
    {
        EquatableArray<TensorType> types = op.Infer(operands.Select(static o => o.Type).ToEquatable());
        EquatableArray<Value> results = types.Select((type, i) => new Value(Unique(Local(names[i])), type)).ToEquatable();
        _nodes.Add(new Node(op, operands.ToEquatable(), results, Statement));
        return results;
    }

    /// <summary>Takes over everything of <paramref name="graph"/> but its outputs: the start of a rewrite that appends.</summary>
    public void Append(Graph graph)
    {
        _inputs.AddRange(graph.Inputs);
        _parameters.AddRange(graph.Parameters);
        _nodes.AddRange(graph.Nodes);
        _statements.AddRange(graph.Statements);
        _names.UnionWith(graph.Values.Select(static v => v.Name));
    }

    public Graph Build(string name) => new(
        name, _inputs.ToEquatable(), _parameters.ToEquatable(), _nodes.ToEquatable(), _outputs.ToEquatable(), _statements.ToEquatable());

    /// <summary>Names that no value may have.</summary>
    public void Reserve(IEnumerable<string> names) => _names.UnionWith(names);

    /// <summary>Gives a value another name, as near to <paramref name="name"/> as is free.</summary>
    public Value Rename(Value value, string name)
    {
        if (value.Name == name)
            return value;
        (string prefix, Prefix) = (Prefix, "");
        Value renamed = value with { Name = Unique(name) };
        Prefix = prefix;
        for (int i = 0; i < _nodes.Count; i++)
        {
            _nodes[i] = _nodes[i] with
            {
                Operands = _nodes[i].Operands.Select(o => o.Equals(value) ? renamed : o).ToEquatable(),
                Results = _nodes[i].Results.Select(r => r.Equals(value) ? renamed : r).ToEquatable(),
            };
        }
        for (int i = 0; i < _outputs.Count; i++)
            _outputs[i] = _outputs[i].Value.Equals(value) ? _outputs[i] with { Value = renamed } : _outputs[i];
        return renamed;
    }

    /// <summary>
    /// The name as that of a local in C#: what a gradient rule makes of the path of a parameter, <c>d_Head.Weight</c>, has no points then.
    /// </summary>
    private static string Local(string name) => name.Replace('.', '_');

    /// <summary>The name under the prefix, with a number where it is taken.</summary>
    private string Unique(string name) => _names.Take(Prefix.Length > 0 ? Prefix + char.ToUpperInvariant(name[0]) + name.Substring(1) : name);
}
