using MoECompiler.Generators.Parsing;
using MoECompiler.Passes;
using MoECompiler.Plans;

namespace MoECompiler.Generators.Emission;

/// <summary>Writes the steps of a plan: a view for each value, a call for each kernel, a loop for each repeated layer.</summary>
internal sealed class StepWriter
{
    private readonly SourceWriter _writer;
    private readonly Plan _plan;
    private readonly KernelCalls _calls;
    private readonly string _random;

    /// <summary>The C# expression of each value that has one already.</summary>
    private readonly Dictionary<string, string> _text = new(StringComparer.Ordinal);

    /// <summary>Locals of this method; a nested scope may not use one again.</summary>
    private readonly HashSet<string> _locals;

    /// <summary>The slot of the method for each slot of the plan.</summary>
    private readonly EquatableArray<int>? _slots;

    private int _statement = -1;

    public StepWriter(SourceWriter writer, ModelSpec spec, Plan plan, KernelCalls calls)
        : this(writer, plan, calls, [.. spec.Sizes.Select(static s => s.Name)], null, "random")
    {
        foreach (Value input in plan.Graph.Inputs)
            _text[input.Name] = Local(input.Name);
        foreach (GraphParameter parameter in plan.Graph.Parameters)
            _text[parameter.Value.Name] = $"{(parameter.IsOfBase ? "Base." : "")}{Access(parameter.Value.Name)}.{Stored(parameter.Value.Type)}";
        foreach (string word in (string[])["cpu", "gpu", "random", "metrics", "inside", "layer", .. plan.Slots.Select(static s => $"slot{s.Index}"), .. plan.Graph.Outputs.Where(static o => o.Kind == OutputKind.Result).Select(static o => o.Name)])
            _locals.Add(word);
    }

    private StepWriter(SourceWriter writer, Plan plan, KernelCalls calls, HashSet<string> locals, EquatableArray<int>? slots, string random)
    {
        _writer = writer;
        _plan = plan;
        _calls = calls;
        _locals = locals;
        _slots = slots;
        _random = random;
    }

    public void Write()
    {
        ILookup<int, Output> handedOver = _plan.Graph.Outputs.Where(static o => o.Kind == OutputKind.HandedGradient)
            .ToLookup(o => HandOverGradients.After(_plan.Graph, o));
        for (int step = 0; step < _plan.Graph.Nodes.Count; step++)
        {
            Write(_plan.Graph.Nodes[step]);
            foreach (Output gradient in handedOver[step])
                _writer.Line($"HandOver({Access(gradient.Name)}, {_text[gradient.Value.Name]});");
        }
        foreach (Output gradient in _plan.Graph.Outputs.Where(static o => o.Kind == OutputKind.RowGradient))
        {
            Output rows = _plan.Graph.Outputs.First(o => o.Kind == OutputKind.GradientRows && o.Name == gradient.Name + ".rows");
            _writer.Line($"KeepRowGradient({Access(gradient.Name)}, {_text[rows.Value.Name]}, {_text[gradient.Value.Name]});");
        }
    }

    private void Write(Node node)
    {
        Comment(node);
        if (node.Op is Repeat repeat)
        {
            Loop(node, repeat);
            return;
        }
        foreach (Value result in node.Results)
            Declare(result);
        // What a step moves by itself stays where a training has frozen it.
        Output? moved = node.Op is Copy && _plan.Places[node.Results[0].Name] is Place.InOutput { Output: { Kind: OutputKind.Update } output } ? output : null;
        if (moved is not null)
            _writer.Open($"if (!{Access(moved.Name)}.IsHeld)");
        if (!node.Op.IsAlias)
            _calls.Write(_writer, node, v => _text[v.Name], _random);
        if (moved is not null)
            _writer.Close();
    }

    /// <summary>The user's statement, where a new one begins.</summary>
    private void Comment(Node node)
    {
        if (node.Statement == _statement)
            return;
        _statement = node.Statement;
        _writer.Line();
        if (_statement >= 0)
            _writer.Line($"// {_plan.Graph.Statements[_statement]}");
    }

    /// <summary>A view of the value's place; a value that is computed in an output needs none of its own.</summary>
    private void Declare(Value value)
    {
        switch (_plan.Places[value.Name])
        {
            case Place.InOutput { Output: var output }:
                if (output.Kind == OutputKind.Gradient)
                {
                    _text[value.Name] = Shaped(value, $"{Access(output.Name)}.Gradient", output.Value.Type);
                }
                else if (output.Kind == OutputKind.Update)
                {
                    _text[value.Name] = $"{Access(output.Name)}.{Stored(output.Value.Type)}";
                }
                else if (output.Kind == OutputKind.Result && !_text.ContainsKey("output " + output.Name))
                {
                    _text[value.Name] = Shaped(value, output.Name, output.Value.Type);
                }
                else if (_text.TryGetValue("output " + output.Name, out string? stack))
                {
                    _text[value.Name] = Shaped(value, stack, output.Value.Type);
                }
                else
                {
                    MetricLayout metric = MetricLayout.Of(_plan.Graph).First(m => m.Output.Equals(output));
                    string local = Local(value.Name);
                    _writer.Line($"View<float> {local} = metrics.Part({metric.Start}, {Extents(value.Type)});");
                    _text[value.Name] = local;
                }
                break;
            case Place.AliasOf { Value: var source, Start: var start }:
                string alias = Local(value.Name);
                string cut = source.Type.Count == value.Type.Count ? "Reshape(" : $"Part({start}, ";
                _writer.Line($"View<{PlanFile.Element(value.Type)}> {alias} = {_text[source.Name]}.{cut}{Extents(value.Type)});");
                _text[value.Name] = alias;
                break;
            case Place.InSlot { Slot: var slot }:
                string name = Local(value.Name);
                _writer.Line($"View<{PlanFile.Element(value.Type)}> {name} = Arena.View<{PlanFile.Element(value.Type)}>(slot{(_slots is { } map ? map[slot] : slot)}, {Extents(value.Type)});");
                _text[value.Name] = name;
                break;
        }
    }

    /// <summary>The output's memory under the value's own extents: a value behind a reshape may be what is computed there.</summary>
    private static string Shaped(Value value, string output, TensorType type) => value.Type.Equals(type) ? output : $"{output}.Reshape({Extents(value.Type)})";

    /// <summary>A loop over layers: carried values are copied back at the end of each, stacked ones are the slices of this layer.</summary>
    private void Loop(Node node, Repeat repeat)
    {
        LoopPlan loop = _plan.Loops[node.Results[0].Name];
        foreach (Value result in node.Results)
            Declare(result);
        for (int i = 0; i < repeat.Carried; i++)
            _writer.Line(_calls.Copy(_text[node.Operands[i].Name], _text[node.Results[i].Name]));
        _writer.Open(repeat.Reverse ? $"for (int layer = {repeat.Count} - 1; layer >= 0; layer--)" : $"for (int layer = 0; layer < {repeat.Count}; layer++)");

        EquatableArray<int> slots = loop.Slots.Select(s => _slots is { } map ? map[s] : s).ToEquatable();
        StepWriter inner = new(_writer, loop.Body, _calls, _locals, slots, "random.At(layer)");
        Graph body = loop.Body.Graph;
        for (int i = 0; i < body.Inputs.Count; i++)
        {
            if (i < repeat.Carried)
            {
                inner._text[body.Inputs[i].Name] = _text[node.Results[i].Name];
            }
            else if (i < repeat.Carried + repeat.Stacked)
            {
                if (!body.Nodes.Any(n => n.Operands.Contains(body.Inputs[i])) && !body.Outputs.Any(o => o.Value.Equals(body.Inputs[i])))
                    continue;
                string local = inner.Local(body.Inputs[i].Name);
                _writer.Line($"{PlanFile.View(body.Inputs[i].Type)} {local} = {_text[node.Operands[i].Name]}.At(layer);");
                inner._text[body.Inputs[i].Name] = local;
            }
            else
            {
                inner._text[body.Inputs[i].Name] = _text[node.Operands[i].Name];
            }
        }
        for (int i = repeat.Carried; i < body.Outputs.Count; i++)
            inner._text["output " + body.Outputs[i].Name] = $"{_text[node.Results[i].Name]}.At(layer)";
        inner.Write();
        if (repeat.Carried > 0)
            _writer.Line();
        for (int i = 0; i < repeat.Carried; i++)
        {
            if (!body.Outputs[i].Value.Equals(body.Inputs[i]))
                _writer.Line(_calls.Copy(inner._text[body.Outputs[i].Value.Name], _text[node.Results[i].Name]));
        }
        _writer.Close();
        _statement = -1;
    }

    /// <summary>The name itself, or with the first number that no local has.</summary>
    private string Local(string name)
    {
        // The gradient of a parameter is called by the parameter's path.
        name = string.Concat(name.Split('.'));
        string unique = name;
        for (int i = 2; !_locals.Add(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }

    private static string Extents(TensorType type) => $"new({string.Join(", ", type.Shape)})";

    /// <summary>A parameter's value as a view of what it is stored as.</summary>
    private static string Stored(TensorType type) => type.Type switch
    {
        DType.F32 => "Value",
        DType.NF4 => "Quantized",
        _ => $"ValueAs<{PlanFile.Element(type)}>()",
    };

    /// <summary>A parameter's path as C# reads it: what a module may lack is there where a graph uses it.</summary>
    internal static string Access(string path)
    {
        int dot = path.LastIndexOf('.');
        return path.Substring(dot + 1) is "Weight" or "Router" or "Up" or "Down" or "A" or "B" ? path : path + "!";
    }
}
