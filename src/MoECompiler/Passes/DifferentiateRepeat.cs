namespace MoECompiler.Passes;

/// <summary>
/// Makes the backward half of a repeated layer. The layer is differentiated like any graph; what its backward half reads of its forward half
/// becomes further stacked results of the loop, and the backward half becomes the body of a loop that runs the other way.
/// </summary>
internal static class DifferentiateRepeat
{
    /// <summary>The nodes, with each loop that a gradient passes through given its backward body and the results that it needs.</summary>
    public static EquatableArray<Node> Prepare(EquatableArray<Node> nodes, IEnumerable<string> targets, IEnumerable<Value> ends)
    {
        HashSet<string> active = Differentiate.Active(nodes, targets);
        HashSet<string> relevant = Relevant(nodes, ends);
        return nodes.Select(node => node.Op is Repeat repeat && node.Operands.Any(o => active.Contains(o.Name)) ? Prepare(node, repeat, active, relevant) : node).ToEquatable();
    }

    /// <summary>The values that <paramref name="ends"/> depend on.</summary>
    private static HashSet<string> Relevant(EquatableArray<Node> nodes, IEnumerable<Value> ends)
    {
        HashSet<string> relevant = new(ends.Select(static e => e.Name), StringComparer.Ordinal);
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (nodes[i].Results.Any(r => relevant.Contains(r.Name)))
                relevant.UnionWith(nodes[i].Operands.Select(static o => o.Name));
        }
        return relevant;
    }

    private static Node Prepare(Node node, Repeat repeat, HashSet<string> active, HashSet<string> relevant)
    {
        Graph body = repeat.Body;
        int slices = repeat.Carried + repeat.Stacked;
        List<int> seeds = [.. Enumerable.Range(0, body.Outputs.Count).Where(i => i < repeat.Carried || relevant.Contains(node.Results[i].Name))];
        List<int> targets = [.. Enumerable.Range(0, body.Inputs.Count).Where(i =>
            body.Inputs[i].Type.Type == DType.F32 && (i < repeat.Carried || active.Contains(node.Operands[i].Name)))];
        HashSet<string> targetNames = [.. targets.Select(i => body.Inputs[i].Name)];

        // Forward and backward half of one layer in one graph.
        GraphBuilder joint = new();
        joint.Append(body with { Nodes = Prepare(body.Nodes, targetNames, seeds.Select(i => body.Outputs[i].Value)) });
        int forwardNodes = joint.Nodes.Count;
        Dictionary<int, Value> upstream = seeds.ToDictionary(static i => i, i => joint.Input($"d_{body.Outputs[i].Name}_{i}", body.Outputs[i].Value.Type));
        Dictionary<string, Value> gradients = Differentiate.Backward(joint, targetNames, seeds.Select(i => (body.Outputs[i].Value, upstream[i])));

        // The sums of gradients of values that every layer reads whole.
        List<int> invariants = [.. targets.Where(i => i >= slices && gradients.ContainsKey(body.Inputs[i].Name))];
        List<(Value Sum, Value Total)> sums = [];
        foreach (int i in invariants)
        {
            Value sum = joint.Input($"sum_{body.Inputs[i].Name}", body.Inputs[i].Type);
            sums.Add((sum, joint.Add(sum, gradients[body.Inputs[i].Name], $"d_{body.Inputs[i].Name}")));
        }
        List<int> stacked = [.. targets.Where(i => i >= repeat.Carried && i < slices && gradients.ContainsKey(body.Inputs[i].Name))];
        List<Value> carried = [.. Enumerable.Range(0, repeat.Carried).Select(i => gradients.TryGetValue(body.Inputs[i].Name, out Value? g) ? g : joint.Zeroes(body.Inputs[i].Type, $"d_{body.Inputs[i].Name}"))];

        // The backward half alone, and what it reads of the forward half; an alias is made again from what it is an alias of.
        List<Value> ends = [.. carried, .. sums.Select(static s => s.Total), .. stacked.Select(i => gradients[body.Inputs[i].Name])];
        List<Node> backward = Needed([.. joint.Nodes.Skip(forwardNodes)], ends);
        Dictionary<string, Node> definitions = joint.Nodes.Take(forwardNodes).SelectMany(static n => n.Results.Select(r => (r.Name, n))).ToDictionary(static p => p.Name, static p => p.n, StringComparer.Ordinal);
        List<Value> read = Reads(backward, ends);
        for (int i = 0; i < read.Count; i++)
        {
            if (!definitions.TryGetValue(read[i].Name, out Node? definition) || !definition.Op.IsAlias)
                continue;
            backward.Insert(0, definition);
            read = Reads(backward, ends);
            i = -1;
        }
        HashSet<string> readNames = [.. read.Select(static v => v.Name)];
        List<Value> saved = [.. read.Where(v => definitions.ContainsKey(v.Name) || body.Inputs.Take(repeat.Carried).Contains(v))];

        List<int> slicesRead = [.. Enumerable.Range(repeat.Carried, repeat.Stacked).Where(i => readNames.Contains(body.Inputs[i].Name))];
        List<int> wholeRead = [.. Enumerable.Range(slices, body.Inputs.Count - slices).Where(i => readNames.Contains(body.Inputs[i].Name))];
        List<int> stackedSeeds = [.. seeds.Where(i => i >= repeat.Carried)];
        Graph backwardBody = new(
            body.Name + "Backward",
            [
                .. Enumerable.Range(0, repeat.Carried).Select(i => upstream[i]), .. sums.Select(static s => s.Sum), .. saved,
                .. slicesRead.Select(i => body.Inputs[i]), .. stackedSeeds.Select(i => upstream[i]), .. wholeRead.Select(i => body.Inputs[i]),
            ],
            [],
            backward.ToEquatable(),
            ends.Select(static e => new Output(e.Name, e, OutputKind.Result)).ToEquatable(),
            joint.Build(body.Name).Statements);

        Graph forwardBody = body with
        {
            Nodes = joint.Nodes.Take(forwardNodes).ToEquatable(),
            Outputs = [.. body.Outputs, .. saved.Select(static v => new Output(v.Name, v, OutputKind.Result))],
        };
        Repeat prepared = repeat with
        {
            Body = forwardBody,
            Backward = new RepeatBackward(
                backwardBody, invariants.ToEquatable(), Enumerable.Range(body.Outputs.Count, saved.Count).ToEquatable(),
                slicesRead.ToEquatable(), stackedSeeds.ToEquatable(), wholeRead.ToEquatable(), stacked.ToEquatable()),
        };
        EquatableArray<Value> results =
        [
            .. node.Results,
            .. saved.Select(v => new Value($"{node.Results[0].Name}_{v.Name}", v.Type.WithShape([repeat.Count, .. v.Type.Shape]))),
        ];
        return node with { Op = prepared, Results = results };
    }

    /// <summary>The nodes that <paramref name="ends"/> depend on, in order.</summary>
    private static List<Node> Needed(List<Node> nodes, List<Value> ends)
    {
        HashSet<string> needed = [.. ends.Select(static e => e.Name)];
        List<Node> kept = [];
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (!nodes[i].Results.Any(r => needed.Contains(r.Name)))
                continue;
            needed.UnionWith(nodes[i].Operands.Select(static o => o.Name));
            kept.Insert(0, nodes[i]);
        }
        return kept;
    }

    /// <summary>The values that the nodes or the ends read and no node defines, in order of first use.</summary>
    private static List<Value> Reads(List<Node> nodes, List<Value> ends)
    {
        HashSet<string> defined = [.. nodes.SelectMany(static n => n.Results).Select(static r => r.Name)];
        return [.. nodes.SelectMany(static n => n.Operands).Concat(ends).Where(o => !defined.Contains(o.Name)).Distinct()];
    }
}
