namespace MoECompiler.Passes;

/// <summary>
/// For GPUs: a product with few columns becomes one step with what is made of each of its rows by itself. A router is that: logits, score,
/// top-k and weights are then one kernel, in which a row never leaves the registers.
/// </summary>
public static class FuseRows
{
    /// <summary>The most columns whose numbers a thread keeps in registers.</summary>
    public const int MaximumColumns = 64;

    /// <summary>The most values and sizes that a launch passes, beside the number of rows and the depth.</summary>
    private const int MaximumArguments = 12;

    /// <param name="graph">The graph.</param>
    /// <param name="nominal">The default sizes: the kernel is written for them, and serves smaller ones.</param>
    public static Graph Run(Graph graph, Func<string, long> nominal)
    {
        graph = graph with { Nodes = graph.Nodes.Select(n => n.Op is Repeat r ? n with { Op = r with { Body = Run(r.Body, nominal) } } : n).ToEquatable() };
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i].Op is MatMul { TransposeA: false, TransposeB: true, Second: null or { TransposeB: true } } && Members(graph, i, nominal) is { } members)
                graph = Regions.Replace(graph, members, i, RegionKind.Rows, keepsAll: false);
        }
        return graph;
    }

    /// <summary>The product at <paramref name="first"/> and what follows from it row by row; null where that is nothing to gain from.</summary>
    private static List<int>? Members(Graph graph, int first, Func<string, long> nominal)
    {
        Value product = graph.Nodes[first].Result;
        if (graph.Nodes[first].Operands.Any(static o => o.Type.Type.IsNarrow() || o.Type.Type == DType.NF4) || product.Type.Rank != 2 || !IsNarrow(product.Type, product.Type.Shape[0], nominal))
            return null;
        Size rows = product.Type.Shape[0];
        HashSet<string> before = new(graph.Given.Concat(graph.Nodes.Take(first).SelectMany(static n => n.Results)).Select(static v => v.Name), StringComparer.Ordinal);
        HashSet<string> inside = new(StringComparer.Ordinal) { product.Name };
        List<int> members = [first];
        for (int i = first + 1; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            if (!node.Operands.Any(o => inside.Contains(o.Name)) || !node.Operands.All(o => inside.Contains(o.Name) || before.Contains(o.Name))
                || !IsByRow(node, rows, nominal))
                continue;
            members.Add(i);
            foreach (Value result in node.Results)
                inside.Add(result.Name);
        }
        int most = MaximumArguments - (graph.Nodes[first].Op is MatMul { Second: not null } ? 1 : 0);
        while (members.Count > 1 && Arguments(graph, members) > most)
            members.RemoveAt(members.Count - 1);
        return members.Any(i => graph.Nodes[i].Op is Softmax or TopK or LogSumExp) ? members : null;
    }

    /// <summary>What a launch of the region would pass.</summary>
    private static int Arguments(Graph graph, List<int> members)
    {
        Node region = Regions.Replace(graph, members, members[0], RegionKind.Rows, keepsAll: false).Nodes[members[0]];
        return region.Operands.Count + region.Results.Count + Sizes(((Region)region.Op).Body).Count;
    }

    /// <summary>The sizes that a region's kernel is given as numbers.</summary>
    internal static IReadOnlyList<string> Sizes(Graph body)
    {
        IEnumerable<Size> columns = body.Values.Where(v => v.Type.Rank == 2 && !IsDepth(v)).Select(static v => v.Type.Columns);
        IEnumerable<Size> formulas = body.Nodes.SelectMany(static n => n.Op.KernelSizes);
        return [.. columns.Concat(formulas).SelectMany(static s => s.Symbols).Distinct().OrderBy(static s => s, StringComparer.Ordinal)];

        bool IsDepth(Value value) => body.Nodes[0].Operands.Take(((MatMul)body.Nodes[0].Op).ProductOperands).Contains(value);
    }

    /// <summary>Whether each row of the node's result depends on the same row of its operands only, and is short.</summary>
    private static bool IsByRow(Node node, Size rows, Func<string, long> nominal) => node.Op switch
    {
        Softmax or LogSumExp or TopK or KeepSlots or GatherColumns => node.Operands.All(o => o.Type.Rank == 2 && IsNarrow(o.Type, rows, nominal)) && IsNarrow(node.Result.Type, rows, nominal),
        Reduce reduce => node.Operands[0].Type.Rank == 2 && IsNarrow(node.Operands[0].Type, rows, nominal) && reduce.Axes.SequenceEqual([1]),
        Reshape => IsNumber(node.Operands[0].Type, rows) && IsNumber(node.Result.Type, rows),
        Elementwise => IsNarrow(node.Result.Type, rows, nominal) && node.Operands.All(o => Spreads(o.Type, node.Result.Type)),
        _ => false,
    };

    /// <summary>A row of few columns, or a number a row.</summary>
    private static bool IsNarrow(TensorType type, Size rows, Func<string, long> nominal) =>
        IsNumber(type, rows) || type.Rank == 2 && type.Shape[0] == rows && type.Columns != rows && type.Columns.Evaluate(nominal) <= MaximumColumns;

    private static bool IsNumber(TensorType type, Size rows) => type.Shape.SequenceEqual([rows]) || type.Shape.SequenceEqual([rows, Size.One]);

    /// <summary>Whether an operand of a formula has an element, a number a row, a number a column, or one for all.</summary>
    private static bool Spreads(TensorType operand, TensorType result) =>
        operand.Type == DType.F32 && (result.Rank == 1
            ? operand.Shape.Equals(result.Shape) || operand.Count == Size.One
            : EpilogueOperands.Of(operand, result) is not null);
}
