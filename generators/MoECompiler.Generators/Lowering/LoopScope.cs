using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>
/// The body of a foreach over layers, as a graph of its own. What it assigns and was there before is carried; what it only reads of outside
/// becomes an input; its parameters are stacked outside, and a slice is an input here.
/// </summary>
internal sealed class LoopScope : Scope
{
    private readonly Scope _outer;
    private readonly Size _count;
    private readonly List<(Value Inner, Value Outer)> _carried = [];
    private readonly List<(Value Inner, Value Outer)> _stacked = [];
    private readonly List<(Value Inner, Value Outer)> _whole = [];
    private readonly List<StackedOutput> _stackedOutputs = [];
    private readonly List<string> _assigned;

    public LoopScope(Scope outer, Size count, IEnumerable<string> assigned, int span) : base(outer.Module, new GraphBuilder())
    {
        _outer = outer;
        _count = count;
        _assigned = [.. assigned];
        foreach (string name in _assigned)
        {
            if (outer.Find(name) is not Operand.Tensor { Value: var before })
                throw new LoweringError("MOE2002", span, name);
            Value inside = Graph.Input(name, before.Type);
            _carried.Add((inside, before));
            Locals[name] = new Operand.Tensor(inside);
        }
    }

    public override ModelContext Model => _outer.Model;

    /// <summary>Also where the repeated layer declares one: the next layer comes after it.</summary>
    public override bool FollowsCausalAttention =>
        base.FollowsCausalAttention || _outer.FollowsCausalAttention || Layers.Values.Any(static layer => layer.Child is { } repeated && DeclaresCausal(repeated));

    private static bool DeclaresCausal(ModuleSpec module) => module.Members.Any(static member =>
        member.Arguments.Any(static a => a.Name == "Causal" && a.Value is ArgumentValue.Boolean { Value: true }) || member.Child is { } child && DeclaresCausal(child));

    public override Operand Find(string name)
    {
        if (!Locals.TryGetValue(name, out Operand? operand))
            Locals[name] = operand = _outer.Find(name) is Operand.Tensor { Value: var value } ? new Operand.Tensor(Import(value)) : _outer.Find(name);
        return operand;
    }

    public override Value Resolve(Operand.Pending pending, TensorType type)
    {
        Value inside = Import(_outer.Resolve(pending, type));
        foreach (string name in Locals.Where(l => l.Value.Equals(pending)).Select(static l => l.Key).ToArray())
            Locals[name] = new Operand.Tensor(inside);
        return inside;
    }

    private Value Import(Value value)
    {
        foreach ((Value inner, Value outer) in _whole)
        {
            if (outer.Equals(value))
                return inner;
        }
        Value inside = Graph.Input(value.Name, value.Type);
        _whole.Add((inside, value));
        return inside;
    }

    public override Value DeclareParameter(GraphParameter parameter)
    {
        if (parameter.Layers is not null)
            throw new InvalidOperationException($"{parameter.Value.Name} is repeated twice");
        TensorType type = parameter.Value.Type;
        Value stack = _outer.DeclareParameter(parameter with { Value = parameter.Value with { Type = type.WithShape([_count, .. type.Shape]) }, Layers = _count });
        foreach ((Value inner, Value outer) in _stacked)
        {
            if (outer.Equals(stack))
                return inner;
        }
        string[] path = stack.Name.Split('.');
        Value slice = Graph.Input(Naming.Camel(string.Concat(path.Skip(Math.Max(0, path.Length - 2)))), type);
        _stacked.Add((slice, stack));
        return slice;
    }

    public override void AddLoss(string name, Value scalar, Value reported, float coefficient) =>
        Stack(name, scalar, stack => _outer.AddLoss(name, Total(name, stack), stack, coefficient));

    public override void AddMetric(string name, Value value) => Stack(name, value, stack => _outer.AddMetric(name, stack));

    public override void AddUpdate(string parameter, Value next) => Stack(parameter, next, stack => _outer.AddUpdate(parameter, stack));

    private void Stack(string name, Value value, Action<Value> hand) => _stackedOutputs.Add(new StackedOutput(name, value, hand));

    private Value Total(string name, Value stack) => _outer.Graph.ReduceAll(Reduction.Sum, stack, Naming.Camel(name.Replace(".", "_")));

    /// <summary>Adds the loop to the graph outside, and gives its locals their values after the last layer.</summary>
    public void Close(string name)
    {
        Graph body = Graph.Build(name) with
        {
            Inputs = _carried.Concat(_stacked).Concat(_whole).Select(static p => p.Inner).ToEquatable(),
            Outputs =
            [
                .. _assigned.Select(n => new Output(n, ((Operand.Tensor)Locals[n]).Value, OutputKind.Result)),
                .. _stackedOutputs.Select(static o => new Output(o.Name, o.Value, OutputKind.Metric)),
            ],
        };
        Repeat repeat = new(body, _count, _carried.Count, _stacked.Count);
        List<string> names = [.. _assigned, .. _stackedOutputs.Select(static o => Naming.Camel(o.Name.Replace(".", "_")))];
        EquatableArray<Value> results = _outer.Graph.AddNode(repeat, names, [.. _carried.Concat(_stacked).Concat(_whole).Select(static p => p.Outer)]);
        for (int i = 0; i < _assigned.Count; i++)
            _outer.Locals[_assigned[i]] = new Operand.Tensor(results[i]);
        for (int i = 0; i < _stackedOutputs.Count; i++)
            _stackedOutputs[i].Hand(results[_assigned.Count + i]);
    }

    /// <summary>A value of each layer.</summary>
    /// <param name="Name">Its name outside.</param>
    /// <param name="Value">In the layer.</param>
    /// <param name="Hand">Takes the values of all layers, stacked, to the scope outside.</param>
    private sealed record StackedOutput(string Name, Value Value, Action<Value> Hand);
}
