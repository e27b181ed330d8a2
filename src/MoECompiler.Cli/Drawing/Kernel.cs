using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Plans;

namespace MoECompiler.Cli.Drawing;

/// <summary>A step as it runs, and what was declared of which it is made.</summary>
/// <param name="Number">Its place in the order of the steps, from 1.</param>
/// <param name="Step">The node that runs.</param>
/// <param name="Declared">The nodes that were fused into it, in order; the last ones give its results.</param>
internal sealed record Kernel(int Number, Node Step, IReadOnlyList<Node> Declared)
{
    /// <summary>The kernels of a plan, in order. Each declared node that has a part in the results is in at least one.</summary>
    /// <param name="declared">The graph that the plan was made of, without what the results do not depend on.</param>
    /// <param name="plan">The steps.</param>
    public static IReadOnlyList<Kernel> Of(Graph declared, Plan plan)
    {
        Dictionary<string, int> definitions = [];
        for (int i = 0; i < declared.Nodes.Count; i++)
        {
            foreach (Value result in declared.Nodes[i].Results)
                definitions[result.Name] = i;
        }
        HashSet<string> kept = [.. plan.Graph.Values.Select(static v => v.Name)];
        return [.. plan.Graph.Nodes.Select((step, i) => new Kernel(i + 1, step, Fused(step, declared, definitions, kept)))];
    }

    /// <summary>The nodes from a step's results back to the values that are there before it.</summary>
    private static IReadOnlyList<Node> Fused(Node step, Graph declared, Dictionary<string, int> definitions, HashSet<string> kept)
    {
        // A loop's body is drawn as a graph of its own.
        if (step.Op is Repeat || step.Results.Any(r => !definitions.ContainsKey(r.Name)))
            return [step];
        SortedSet<int> found = [];
        Queue<string> open = new(step.Results.Select(static r => r.Name));
        while (open.TryDequeue(out string? name))
        {
            if (!found.Add(definitions[name]))
                continue;
            foreach (Value operand in declared.Nodes[definitions[name]].Operands.Where(o => definitions.ContainsKey(o.Name) && (!kept.Contains(o.Name) || step.Results.Contains(o))))
                open.Enqueue(operand.Name);
        }
        return [.. found.Select(i => declared.Nodes[i])];
    }
}
