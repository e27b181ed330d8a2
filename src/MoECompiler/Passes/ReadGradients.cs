namespace MoECompiler.Passes;

/// <summary>
/// Finds the gradients that a step reads again after it has made them, such as one that is copied for a second parameter. All others may be
/// overwritten as soon as they are made, where nobody wants them.
/// </summary>
public static class ReadGradients
{
    /// <summary>The parameters whose gradients are read, by name.</summary>
    /// <param name="graph">A planned graph: what is copied for several outputs is so by nodes.</param>
    public static IEnumerable<string> Of(Graph graph) => graph.Outputs.Where(static o => o.Kind == OutputKind.Gradient).Where(o => IsRead(graph, o.Value)).Select(static o => o.Name);

    private static bool IsRead(Graph graph, Value value)
    {
        if (graph.Nodes.FirstOrDefault(n => n.Results.Contains(value)) is not { } maker)
            return true;
        if (graph.Nodes.Any(n => n.Operands.Contains(value)))
            return true;
        if (maker.Op.IsAlias)
            return IsRead(graph with { Nodes = graph.Nodes.Where(n => n != maker).ToEquatable() }, maker.Operands[0]);
        // What a repeated layer carries is copied with each layer; what it stacks is written where it stays.
        int result = maker.Results.TakeWhile(r => !r.Equals(value)).Count();
        return maker.Op is Repeat repeat && (result < repeat.Carried || IsRead(repeat.Body, repeat.Body.Outputs[result].Value));
    }
}
