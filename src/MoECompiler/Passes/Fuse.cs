namespace MoECompiler.Passes;

/// <summary>
/// Joins formulas: into the formula that alone uses them, and into the epilogue of the product that they alone use. A fused formula
/// computes the same roundings in the same order, so the bits stay; what goes is a trip through memory.
/// </summary>
public static class Fuse
{
    /// <summary>The most operands of one formula kernel.</summary>
    public const int MaximumOperands = 6;

    public static Graph Run(Graph graph)
    {
        List<Node> nodes = [.. graph.Nodes.Select(static n => n.Op is Repeat r ? n with { Op = r with { Body = Run(r.Body) } } : n)];
        Dictionary<string, int> uses = Uses(nodes, graph.Outputs);
        Dictionary<string, Node> definitions = new(StringComparer.Ordinal);
        HashSet<string> absorbed = new(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Op is Elementwise)
                nodes[i] = Absorb(nodes[i], definitions, uses, absorbed);
            foreach (Value result in nodes[i].Results)
                definitions[result.Name] = nodes[i];
        }
        return graph with { Nodes = nodes.Where(n => !n.Results.Any(r => absorbed.Contains(r.Name))).ToEquatable() };
    }

    /// <summary>How often each value is read, an output counted as a reader.</summary>
    internal static Dictionary<string, int> Uses(IEnumerable<Node> nodes, IEnumerable<Output> outputs) => nodes
        .SelectMany(static n => n.Operands)
        .Concat(outputs.Select(static o => o.Value))
        .GroupBy(static v => v.Name, StringComparer.Ordinal)
        .ToDictionary(static g => g.Key, static g => g.Count(), StringComparer.Ordinal);

    private static Node Absorb(Node node, Dictionary<string, Node> definitions, Dictionary<string, int> uses, HashSet<string> absorbed)
    {
        for (int i = 0; i < node.Operands.Count; i++)
        {
            Value operand = node.Operands[i];
            if (uses[operand.Name] != 1 || !operand.Type.Equals(node.Result.Type) || !definitions.TryGetValue(operand.Name, out Node? producer))
                continue;
            Node? joined = producer.Op switch
            {
                Elementwise => JoinFormulas(node, i, producer),
                IFusesEpilogue => JoinEpilogue(node, i, producer),
                _ => null,
            };
            if (joined is null)
                continue;
            absorbed.Add(operand.Name);
            if (joined.Op is IFusesEpilogue)
                return joined;
            node = joined;
            i = -1;
        }
        return node;
    }

    /// <summary>The consumer's formula with the producer's in place of operand <paramref name="place"/>.</summary>
    private static Node? JoinFormulas(Node consumer, int place, Node producer)
    {
        List<Value> operands = [.. consumer.Operands.Where((_, i) => i != place)];
        int[] producerPlaces = Places(producer.Operands, operands);
        if (operands.Count > MaximumOperands)
            return null;
        ScalarExpression inner = ((Elementwise)producer.Op).Expression.Substitute(i => Scalar.In(producerPlaces[i]));
        ScalarExpression outer = ((Elementwise)consumer.Op).Expression;
        Elementwise op = new(outer.Substitute(i => i == place ? inner : Scalar.In(i < place ? i : i - 1)));
        return consumer with { Op = op, Operands = operands.ToEquatable() };
    }

    /// <summary>The product with the consumer's formula as its epilogue, on top of one that it has already.</summary>
    private static Node? JoinEpilogue(Node consumer, int place, Node producer)
    {
        IFusesEpilogue product = (IFusesEpilogue)producer.Op;
        if (consumer.Operands.Any(o => EpilogueOperands.Of(o.Type, producer.Result.Type) is null))
            return null;
        List<Value> extra = [.. producer.Operands.Skip(product.ProductOperands)];
        int[] places = Places(consumer.Operands, extra, skip: place);
        ScalarExpression sum = product.Epilogue ?? Scalar.In(0);
        ScalarExpression epilogue = ((Elementwise)consumer.Op).Expression.Substitute(i => i == place ? sum : Scalar.In(1 + places[i]));
        return consumer with
        {
            Op = product.WithEpilogue(epilogue),
            Operands = [.. producer.Operands.Take(product.ProductOperands), .. extra],
        };
    }

    /// <summary>Where each of <paramref name="values"/> stands in <paramref name="list"/>, which takes those that it lacks.</summary>
    private static int[] Places(EquatableArray<Value> values, List<Value> list, int skip = -1)
    {
        int[] places = new int[values.Count];
        for (int i = 0; i < values.Count; i++)
        {
            if (i == skip)
                continue;
            places[i] = list.IndexOf(values[i]);
            if (places[i] >= 0)
                continue;
            places[i] = list.Count;
            list.Add(values[i]);
        }
        return places;
    }
}
