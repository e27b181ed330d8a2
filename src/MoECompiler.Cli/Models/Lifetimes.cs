using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Plans;

namespace MoECompiler.Cli;

/// <summary>For how long values are needed.</summary>
internal static class Lifetimes
{
    /// <summary>
    /// The indices of the nodes that make and last read a value, an alias of it counted as the value; -1 twice for a value that only a
    /// repeated layer has.
    /// </summary>
    public static (int First, int Last) Of(Graph graph, Value value)
    {
        HashSet<string> names = [value.Name];
        (int first, int last) = (-1, -1);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            if (node.Results.Any(r => r.Name == value.Name))
                (first, last) = (i, i);
            if (!node.Operands.Any(o => names.Contains(o.Name)))
                continue;
            last = i;
            if (node.Op.IsAlias)
                names.UnionWith(node.Results.Select(static r => r.Name));
        }
        return (first, last);
    }

    /// <summary>The index of the repeated layer that a value is in; -1 for none.</summary>
    public static int LoopOf(Plan plan, Value value)
    {
        for (int i = 0; i < plan.Graph.Nodes.Count; i++)
        {
            if (plan.Graph.Nodes[i] is { Op: Repeat } node && plan.Loops.TryGetValue(node.Results[0].Name, out LoopPlan? loop) && Holds(loop.Body, value))
                return i;
        }
        return -1;
    }

    private static bool Holds(Plan plan, Value value) =>
        plan.Slots.Any(s => s.Values.Contains(value)) || plan.Loops.Values.Any(l => Holds(l.Body, value));
}
