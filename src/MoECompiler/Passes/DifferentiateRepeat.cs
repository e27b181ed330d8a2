namespace MoECompiler.Passes;

/// <summary>
/// Makes the backward half of a repeated layer. The layer is differentiated like any graph; what its backward half reads of its forward half
/// becomes further stacked results of the loop, and the backward half becomes the body of a loop that runs the other way.
/// </summary>
internal static class DifferentiateRepeat
{
    /// <summary>The nodes, with each loop that a gradient passes through given its backward body and the results that it needs.</summary>
    /// <param name="nodes">The nodes of a graph.</param>
    /// <param name="targets">The names of the values that a gradient is asked for.</param>
    /// <param name="ends">The values whose gradients are given.</param>
    /// <param name="names">The names that the graph's values have; those of new results are added.</param>
    public static EquatableArray<Node> Prepare(EquatableArray<Node> nodes, IEnumerable<string> targets, IEnumerable<Value> ends, HashSet<string> names)
    {
        HashSet<string> active = Differentiate.Active(nodes, targets);
        HashSet<string> relevant = [.. Needed(nodes, ends).SelectMany(static n => n.Operands).Concat(ends).Select(static v => v.Name)];
        return nodes.Select(Prepared).ToEquatable();

        Node Prepared(Node node) => node.Op is Repeat repeat && node.Operands.Any(o => active.Contains(o.Name)) && node.Results.Any(r => relevant.Contains(r.Name))
            ? Prepare(node, repeat, active, relevant, names)
            : node;
    }

    /// <summary>The nodes without what was noted for their gradient: it is in the graph now.</summary>
    public static EquatableArray<Node> Finish(EquatableArray<Node> nodes) => nodes.Select(static node => node.Op is Repeat repeat
        ? node with { Op = repeat with { Body = repeat.Body with { Nodes = Finish(repeat.Body.Nodes) }, Backward = null } }
        : node).ToEquatable();

    private static Node Prepare(Node node, Repeat repeat, HashSet<string> active, HashSet<string> relevant, HashSet<string> names)
    {
        Graph body = repeat.Body;
        int slices = repeat.Carried + repeat.Stacked;
        List<int> carried = [.. Enumerable.Range(0, repeat.Carried)];
        List<int> seeds = [.. carried, .. Enumerable.Range(repeat.Carried, body.Outputs.Count - repeat.Carried).Where(i => relevant.Contains(node.Results[i].Name))];
        HashSet<string> targets = [.. body.Inputs.Where((input, i) => input.Type.Type.IsFloat() && (i < repeat.Carried || active.Contains(node.Operands[i].Name))).Select(static i => i.Name)];

        // Forward and backward half of one layer in one graph.
        GraphBuilder joint = new();
        HashSet<string> inner = [.. body.Values.Select(static v => v.Name)];
        joint.Append(body with { Nodes = Prepare(body.Nodes, targets, seeds.Select(i => body.Outputs[i].Value), inner) });
        List<Node> forward = [.. joint.Nodes];
        Dictionary<int, Value> upstream = seeds.ToDictionary(static i => i, i => joint.Input($"d_{body.Outputs[i].Value.Name}", Repeat.GradientType(body.Outputs[i].Value.Type)));
        Dictionary<string, Value> gradients = Differentiate.Backward(joint, targets, seeds.Select(i => (body.Outputs[i].Value, upstream[i])));

        // What the layer before is given; a sum over the layers for each value that they read whole; what each layer gives for itself.
        List<Value> passed = [.. carried.Select(i => Gradient(i) ?? joint.Zeroes(body.Inputs[i].Type, $"d_{body.Inputs[i].Name}"))];
        List<int> invariants = [.. Enumerable.Range(slices, body.Inputs.Count - slices).Where(i => Gradient(i) is not null)];
        List<Value> sums = [.. invariants.Select(i => joint.Input($"sum_{body.Inputs[i].Name}", Repeat.GradientType(body.Inputs[i].Type)))];
        List<Value> totals = [.. invariants.Select((i, k) => joint.Add(sums[k], Gradient(i)!, $"d_{body.Inputs[i].Name}"))];
        List<int> stacked = [.. Enumerable.Range(repeat.Carried, repeat.Stacked).Where(i => Gradient(i) is not null)];
        List<Value> ends = [.. passed, .. totals, .. stacked.Select(i => Gradient(i)!)];

        // The backward half alone, and what it reads of the forward half; what costs next to nothing is made again.
        List<Node> backward = Needed([.. forward.Where(IsMadeAgain), .. joint.Nodes.Skip(forward.Count)], ends);
        HashSet<string> read = [.. Reads(backward, ends).Select(static v => v.Name)];
        List<Value> saved = [.. body.Inputs.Take(repeat.Carried).Concat(forward.SelectMany(static n => n.Results)).Where(v => read.Contains(v.Name))];
        List<int> slicesRead = [.. Enumerable.Range(repeat.Carried, repeat.Stacked).Where(i => read.Contains(body.Inputs[i].Name))];
        List<int> wholeRead = [.. Enumerable.Range(slices, body.Inputs.Count - slices).Where(i => read.Contains(body.Inputs[i].Name))];
        List<int> stackedSeeds = [.. seeds.Skip(repeat.Carried)];
        Graph backwardBody = new(
            body.Name + "Backward",
            [
                .. carried.Select(i => upstream[i]), .. sums, .. saved, .. slicesRead.Select(i => body.Inputs[i]),
                .. stackedSeeds.Select(i => upstream[i]), .. wholeRead.Select(i => body.Inputs[i]),
            ],
            [],
            backward.ToEquatable(),
            Outputs(ends, []),
            joint.Build(body.Name).Statements);

        // The forward half puts out what it does not put out already.
        List<Value> results = [.. node.Results];
        List<Output> outputs = [.. body.Outputs];
        List<int> places = [];
        foreach (Value value in saved)
        {
            int place = outputs.FindIndex(repeat.Carried, o => o.Value.Equals(value));
            places.Add(place >= 0 ? place : outputs.Count);
            if (place >= 0)
                continue;
            outputs.AddRange(Outputs([value], outputs));
            results.Add(new Value(names.Take($"{node.Results[0].Name}_{value.Name}"), repeat.Stack(value.Type)));
        }
        RepeatBackward rule = new(
            backwardBody, invariants.ToEquatable(), places.ToEquatable(), slicesRead.ToEquatable(), stackedSeeds.ToEquatable(), wholeRead.ToEquatable(), stacked.ToEquatable());
        Graph forwardBody = body with { Nodes = forward.ToEquatable(), Outputs = outputs.ToEquatable() };
        return node with { Op = repeat with { Body = forwardBody, Backward = rule }, Results = results.ToEquatable() };

        Value? Gradient(int input) => gradients.TryGetValue(body.Inputs[input].Name, out Value? gradient) && targets.Contains(body.Inputs[input].Name) ? gradient : null;
    }

    /// <summary>No kernel runs for it, or one that reads less than the loop would have to keep.</summary>
    private static bool IsMadeAgain(Node node) => node.Op.IsAlias || node.Op is BroadcastTo || node.Operands.Count == 0;

    /// <summary>Outputs with the values' names, or others where those are taken by <paramref name="before"/>.</summary>
    private static EquatableArray<Output> Outputs(IEnumerable<Value> values, IEnumerable<Output> before)
    {
        HashSet<string> names = [.. before.Select(static o => o.Name)];
        return values.Select(v => new Output(names.Take(v.Name), v, OutputKind.Result)).ToEquatable();
    }

    /// <summary>The nodes that <paramref name="ends"/> depend on, in order.</summary>
    private static List<Node> Needed(IReadOnlyList<Node> nodes, IEnumerable<Value> ends)
    {
        HashSet<string> needed = [.. ends.Select(static e => e.Name)];
        List<Node> kept = [];
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (!nodes[i].Results.Any(r => needed.Contains(r.Name)))
                continue;
            needed.UnionWith(nodes[i].Operands.Select(static o => o.Name));
            kept.Add(nodes[i]);
        }
        kept.Reverse();
        return kept;
    }

    /// <summary>The values that the nodes or the ends read and no node defines, in order of first use.</summary>
    private static IEnumerable<Value> Reads(List<Node> nodes, List<Value> ends)
    {
        HashSet<string> defined = [.. nodes.SelectMany(static n => n.Results).Select(static r => r.Name)];
        return nodes.SelectMany(static n => n.Operands).Concat(ends).Where(o => !defined.Contains(o.Name)).Distinct();
    }
}
