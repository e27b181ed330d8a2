using MoECompiler.Plans;

namespace MoECompiler.Passes;

/// <summary>
/// Gives each value a slot of the arena. Values whose lifetimes do not overlap share one; which do is decided here, at build time, for any
/// binding of the sizes. Outputs are computed in the caller's memory.
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
        Dictionary<string, Output> claimed = new(StringComparer.Ordinal);
        foreach (Output output in graph.Outputs.Skip(carried))
            claimed.Add(roots[output.Value.Name].Name, output);

        Dictionary<string, int> lastUse = LastUses(graph, roots, carried);
        Dictionary<string, Place> places = new(StringComparer.Ordinal);
        Dictionary<string, LoopPlan> loops = new(StringComparer.Ordinal);
        Allocator allocator = new(nominal);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            allocator.Now = i;
            foreach (Value result in node.Results)
            {
                if (node.Op.IsAlias)
                    places[result.Name] = new Place.AliasOf(node.Operands[0]);
                else if (claimed.TryGetValue(result.Name, out Output? output))
                    places[result.Name] = new Place.InOutput(output);
                else
                    places[result.Name] = new Place.InSlot(allocator.Allocate([result], until: lastUse.TryGetValue(result.Name, out int last) ? last : i));
            }
            if (node.Op is Repeat repeat)
            {
                Plan body = Run(repeat.Body, nominal, repeat.Carried);
                loops[node.Results[0].Name] = new LoopPlan(body, body.Slots.Select(slot => allocator.Allocate([.. slot.Values], until: i)).ToEquatable());
            }
        }
        return new Plan(graph, allocator.Slots, places, loops);
    }

    /// <summary>
    /// The graph with a copy of each output that cannot be computed where it has to be: one that is an input, or that another output is already.
    /// A carried output is copied to its input when the layer ends, one after the other; a carried input that is put out in another's place
    /// would by then be overwritten, so it is copied before.
    /// </summary>
    private static Graph WithOwnOutputs(Graph graph, int carried)
    {
        Dictionary<string, Value> roots = Roots(graph);
        HashSet<string> names = [.. graph.Values.Select(static v => v.Name)];
        HashSet<string> taken = [.. graph.Given.Select(static v => v.Name)];
        List<Node> nodes = [.. graph.Nodes];
        List<Output> outputs = [];
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            Output output = graph.Outputs[i];
            Value root = roots[output.Value.Name];
            bool isCopied = i < carried ? graph.Inputs.Take(carried).Where((_, k) => k != i).Contains(root) : !taken.Add(root.Name);
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

    /// <summary>The last step that reads each root; carried values are read after the last step.</summary>
    private static Dictionary<string, int> LastUses(Graph graph, Dictionary<string, Value> roots, int carried)
    {
        Dictionary<string, int> last = new(StringComparer.Ordinal);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (Value operand in graph.Nodes[i].Operands)
                last[roots[operand.Name].Name] = i;
        }
        foreach (Output output in graph.Outputs.Take(carried))
            last[roots[output.Value.Name].Name] = graph.Nodes.Count;
        return last;
    }

    /// <summary>Slots and who is in them.</summary>
    private sealed class Allocator(Func<string, long> nominal)
    {
        private readonly List<List<Value>> _slots = [];
        private readonly List<int> _busyUntil = [];
        private readonly List<long> _bytes = [];

        /// <summary>The step that is planned: slots that no step from here on reads are free.</summary>
        public int Now { get; set; }

        public EquatableArray<Slot> Slots => _slots.Select(static (values, i) => new Slot(i, values.ToEquatable())).ToEquatable();

        /// <summary>The tightest free slot that is large enough, else the largest free one, else a new one.</summary>
        public int Allocate(List<Value> values, int until)
        {
            long bytes = values.Max(v => v.Type.Bytes.Evaluate(nominal));
            int best = -1;
            for (int i = 0; i < _slots.Count; i++)
            {
                if (_busyUntil[i] >= Now)
                    continue;
                if (best < 0 || (_bytes[best] < bytes ? _bytes[i] > _bytes[best] : _bytes[i] >= bytes && _bytes[i] < _bytes[best]))
                    best = i;
            }
            if (best < 0)
            {
                best = _slots.Count;
                _slots.Add([]);
                _busyUntil.Add(0);
                _bytes.Add(0);
            }
            _slots[best].AddRange(values);
            _busyUntil[best] = until;
            _bytes[best] = Math.Max(_bytes[best], bytes);
            return best;
        }
    }
}
