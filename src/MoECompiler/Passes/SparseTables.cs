namespace MoECompiler.Passes;

/// <summary>Tables whose gradients are those of the rows that were read.</summary>
public static class SparseTables
{
    /// <summary>
    /// The nodes with an ordinary gradient for each table that more than one node reads, or that a repeated layer reads: there is no one list of
    /// rows then.
    /// </summary>
    internal static EquatableArray<Node> Prepare(EquatableArray<Node> nodes) => nodes.Select(node => node.Op switch
    {
        Repeat repeat => node with { Op = repeat with { Body = repeat.Body with { Nodes = repeat.Body.Nodes.Select(Dense).ToEquatable() } } },
        Gather { IsSparse: true } when nodes.Count(n => n.Operands.Contains(node.Operands[0])) > 1 => Dense(node),
        _ => node,
    }).ToEquatable();

    /// <summary>The list of rows that a gradient is of; null for one of a whole parameter.</summary>
    internal static Value? RowsOf(Value gradient, IEnumerable<Node> nodes) =>
        nodes.FirstOrDefault(n => n.Results.Contains(gradient)) is { Op: RowSums } sums ? sums.Operands[1] : null;

    /// <summary>The tables that are declared so, by the name of the parameter.</summary>
    /// <param name="graph">Before it is differentiated.</param>
    public static IEnumerable<string> DeclaredIn(Graph graph) => graph.Nodes.SelectMany(static node => node.Op switch
    {
        Gather { IsSparse: true } => [node.Operands[0].Name],
        Repeat repeat => node.Operands.Where((_, i) => DeclaredIn(repeat.Body).Contains(repeat.Body.Inputs[i].Name)).Select(static o => o.Name),
        _ => [],
    });

    private static Node Dense(Node node) => node.Op switch
    {
        Gather { IsSparse: true } => node with { Op = new Gather() },
        Repeat repeat => node with { Op = repeat with { Body = repeat.Body with { Nodes = repeat.Body.Nodes.Select(Dense).ToEquatable() } } },
        _ => node,
    };
}
