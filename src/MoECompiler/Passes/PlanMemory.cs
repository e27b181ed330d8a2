using MoECompiler.Plans;

namespace MoECompiler.Passes;

/// <summary>
/// Gives each value a slot of the arena. Values whose lifetimes do not overlap share one; which do is decided here, at build time, for any
/// binding of the sizes. Outputs are computed in the caller's memory, but for those that stay in the arena.
/// </summary>
public static class PlanMemory
{
    /// <param name="graph">The graph to plan.</param>
    /// <param name="nominal">Likely sizes: they decide which values share, never whether the plan is right.</param>
    public static Plan Run(Graph graph, Func<string, long> nominal) => Run(graph, nominal, carried: 0);

    // The first outputs of a repeated layer are not the caller's memory: they are copied there after each layer.
    private static Plan Run(Graph graph, Func<string, long> nominal, int carried)
    {
        graph = WithOwnOutputs(graph, carried);
        Dictionary<string, Value> roots = Roots(graph);
        Dictionary<string, Output> claimed = graph.Outputs.Skip(carried).Where(static o => !o.Kind.StaysInArena()).ToDictionary(o => roots[o.Value.Name].Name, StringComparer.Ordinal);
        Dictionary<string, int> lastUse = LastUses(graph, roots, carried);
        Dictionary<string, Place> places = new(StringComparer.Ordinal);
        Dictionary<string, (Plan Plan, int First)> bodies = new(StringComparer.Ordinal);
        List<Lifetime> lifetimes = [];
        List<(string Value, int Lifetime)> inSlots = [];
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            for (int r = 0; r < node.Results.Count; r++)
            {
                Value result = node.Results[r];
                if (node.Op.IsAlias)
                {
                    places[result.Name] = new Place.AliasOf(node.Operands[0], node.Op.AliasStart(node.Operands.Select(static o => o.Type).ToEquatable(), r));
                }
                else if (claimed.TryGetValue(result.Name, out Output? output))
                {
                    places[result.Name] = new Place.InOutput(output);
                }
                else
                {
                    inSlots.Add((result.Name, lifetimes.Count));
                    lifetimes.Add(new Lifetime([result], i, lastUse.TryGetValue(result.Name, out int last) ? last : i));
                }
            }
            if (node.Op is Repeat repeat)
            {
                Plan body = Run(repeat.Body, nominal, repeat.Carried);
                bodies[node.Results[0].Name] = (body, lifetimes.Count);
                lifetimes.AddRange(body.Slots.Select(slot => new Lifetime(slot.Values, i, i)));
            }
        }

        (EquatableArray<Slot> slots, int[] slotOf) = SlotAssignment.Run(lifetimes, nominal);
        foreach ((string value, int lifetime) in inSlots)
            places[value] = new Place.InSlot(slotOf[lifetime]);
        Dictionary<string, LoopPlan> loops = bodies.ToDictionary(
            static b => b.Key,
            b => new LoopPlan(b.Value.Plan, slotOf.Skip(b.Value.First).Take(b.Value.Plan.Slots.Count).ToEquatable()),
            StringComparer.Ordinal);
        return new Plan(graph, slots, places, loops);
    }

    /// <summary>
    /// The graph with a copy of each output that cannot be computed where it has to be: one that is an input, or a part of another value, or that
    /// another output is already.
    /// A carried output is copied to its input when the layer ends, one after the other; a carried input that is put out in another's place
    /// would by then be overwritten, so it is copied before. A parameter changes last, when nothing reads it any more.
    /// </summary>
    private static Graph WithOwnOutputs(Graph graph, int carried)
    {
        Dictionary<string, Value> roots = Roots(graph);
        HashSet<string> names = [.. graph.Values.Select(static v => v.Name)];
        HashSet<string> given = [.. graph.Given.Select(static v => v.Name)];
        HashSet<string> taken = [.. given];
        List<Node> nodes = [.. graph.Nodes];
        List<Output> outputs = [];
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            Output output = graph.Outputs[i];
            if (output.Kind.StaysInArena() && !given.Contains(roots[output.Value.Name].Name))
            {
                outputs.Add(output);
                continue;
            }
            Value root = roots[output.Value.Name];
            bool isPart = root.Type.Count != output.Value.Type.Count;
            bool isCopied = isPart || output.Kind == OutputKind.Update || (i < carried ? graph.Inputs.Take(carried).Where((_, k) => k != i).Contains(root) : !taken.Add(root.Name));
            if (isCopied)
            {
                Value copy = output.Value with { Name = names.Take(output.Value.Name) };
                nodes.Add(new Node(new Copy(), [output.Value], [copy], -1));
                output = output with { Value = copy };
            }
            outputs.Add(output);
        }
        return graph with { Nodes = nodes.ToEquatable(), Outputs = outputs.ToEquatable() };
    }

    /// <summary>For each value the one whose memory it is: itself, unless it is an alias.</summary>
    private static Dictionary<string, Value> Roots(Graph graph)
    {
        Dictionary<string, Value> roots = graph.Given.ToDictionary(static v => v.Name, StringComparer.Ordinal);
        foreach (Node node in graph.Nodes)
        {
            foreach (Value result in node.Results)
                roots[result.Name] = node.Op.IsAlias ? roots[node.Operands[0].Name] : result;
        }
        return roots;
    }

    /// <summary>The last step that reads each root; carried values, and outputs that stay in the arena, are read after the last step.</summary>
    private static Dictionary<string, int> LastUses(Graph graph, Dictionary<string, Value> roots, int carried)
    {
        Dictionary<string, int> last = new(StringComparer.Ordinal);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (Value operand in graph.Nodes[i].Operands)
                last[roots[operand.Name].Name] = i;
        }
        foreach (Output output in graph.Outputs.Where((output, i) => i < carried || output.Kind.StaysInArena()))
        {
            string root = roots[output.Value.Name].Name;
            int end = output.Kind == OutputKind.HandedGradient ? HandOverGradients.After(graph, output) : graph.Nodes.Count;
            last[root] = last.TryGetValue(root, out int read) ? Math.Max(read, end) : end;
        }
        return last;
    }
}
