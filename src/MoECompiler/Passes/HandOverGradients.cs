namespace MoECompiler.Passes;

/// <summary>
/// Has a training step hand over each gradient while it runs, so that what it takes in the arena is free for the next. Source: Lv et al., Full Parameter
/// Fine-tuning for Large Language Models with Limited Resources, ACL 2024 (LOMO), where a hook of autograd does it.
/// </summary>
public static class HandOverGradients
{
    /// <summary>The graph with gradients in the arena; see <see cref="After"/>.</summary>
    public static Graph Run(Graph graph) => graph with
    {
        Outputs = graph.Outputs.Select(static o => o.Kind == OutputKind.Gradient ? o with { Kind = OutputKind.HandedGradient } : o).ToEquatable(),
    };

    /// <summary>
    /// The step after which a gradient can be handed over: it is whole, and no later step reads it or the parameter, whose value changes then.
    /// </summary>
    /// <param name="graph">A graph whose nodes are in the order in which they run.</param>
    /// <param name="gradient">An output of <see cref="Run"/>.</param>
    public static int After(Graph graph, Output gradient)
    {
        HashSet<string> memory = [gradient.Value.Name, gradient.Name];
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            // What a gradient is an alias of.
            if (graph.Nodes[i].Op.IsAlias && graph.Nodes[i].Results.Any(r => memory.Contains(r.Name)))
                memory.Add(graph.Nodes[i].Operands[0].Name);
        }
        int last = 0;
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            if (node.Results.Any(r => memory.Contains(r.Name)) || node.Operands.Any(o => memory.Contains(o.Name)))
                last = i;
            if (node.Op.IsAlias && memory.Contains(node.Operands[0].Name))
                memory.UnionWith(node.Results.Select(static r => r.Name));
        }
        return last;
    }
}
