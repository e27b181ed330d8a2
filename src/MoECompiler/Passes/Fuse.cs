namespace MoECompiler.Passes;

/// <summary>
/// Joins formulas: into the formula that alone uses them, and into the epilogue of the product that they alone use. What is only read in
/// 16 bits is rounded by what makes it. The same roundings are done in the same order, so the bits stay; what goes is a trip through memory.
/// A sum of two products becomes one product, of two pairs of operands: its sums are rounded as one.
/// </summary>
/// <remarks>
/// A grouped product leaves rows that belong to no expert at 0, with an epilogue or without; a formula by itself makes its value at 0 of
/// them. No op reads those rows into a result.
/// </remarks>
public static class Fuse
{
    /// <summary>What a formula may cost, in additions, to be computed again where it is mentioned again rather than be kept in memory.</summary>
    private const int CheapToRepeat = 4;

    /// <summary>What a function costs beside an addition, unless it is one instruction itself.</summary>
    private const int CostOfFunction = 8;

    private static readonly HashSet<ScalarFunction> s_instructions =
    [
        ScalarFunction.Negate, ScalarFunction.Square, ScalarFunction.Abs, ScalarFunction.Min, ScalarFunction.Max, ScalarFunction.Relu,
        ScalarFunction.Step, ScalarFunction.Select,
    ];

    public static Graph Run(Graph graph)
    {
        List<Node> nodes = [.. graph.Nodes.Select(static n => n.Op is Repeat r ? n with { Op = r with { Body = Run(r.Body) } } : n)];
        Dictionary<string, int> uses = Uses(nodes, graph.Outputs);
        Dictionary<string, Node> definitions = new(StringComparer.Ordinal);
        HashSet<string> absorbed = new(StringComparer.Ordinal);
        FuseSums sums = new(nodes, uses, definitions);
        for (int i = 0; i < nodes.Count; i++)
        {
            // Formulas first: what they read is then read by the product's epilogue, and no kernel runs for them.
            if (nodes[i].Op is Elementwise)
                nodes[i] = Absorb(nodes[i], definitions, uses, absorbed, static p => p is Elementwise, JoinFormulas);
            if (nodes[i].Op is Elementwise)
                i = sums.Run(i);
            // A product of one pair first: one of two is joined with no other any more.
            if (nodes[i].Op is Elementwise)
                nodes[i] = Absorb(nodes[i], definitions, uses, absorbed, static p => p is IFusesEpilogue { Second: null }, JoinEpilogue);
            if (nodes[i].Op is Elementwise)
                nodes[i] = Absorb(nodes[i], definitions, uses, absorbed, static p => p is IFusesEpilogue, JoinEpilogue);
            if (nodes[i].Op is Ops.Convert)
                nodes[i] = Round(nodes[i], definitions, uses, absorbed);
            foreach (Value result in nodes[i].Results)
                definitions[result.Name] = nodes[i];
        }
        return graph with { Nodes = nodes.Where(n => !n.Results.Any(r => absorbed.Contains(r.Name))).ToEquatable() };
    }

    /// <summary>How often each value is read, an output counted as a reader.</summary>
    private static Dictionary<string, int> Uses(IEnumerable<Node> nodes, IEnumerable<Output> outputs) => nodes
        .SelectMany(static n => n.Operands)
        .Concat(outputs.Select(static o => o.Value))
        .GroupBy(static v => v.Name, StringComparer.Ordinal)
        .ToDictionary(static g => g.Key, static g => g.Count(), StringComparer.Ordinal);

    /// <summary>The node joined with the producers of its operands, as long as it is a formula and there is one that can be.</summary>
    private static Node Absorb(
        Node node, Dictionary<string, Node> definitions, Dictionary<string, int> uses, HashSet<string> absorbed,
        Func<Op, bool> isJoined, Func<Node, int, Node, Node?> join)
    {
        for (int i = 0; i < node.Operands.Count && node.Op is Elementwise; i++)
        {
            Value operand = node.Operands[i];
            if (uses[operand.Name] != 1 || !operand.Type.Equals(node.Result.Type)
                || !definitions.TryGetValue(operand.Name, out Node? producer) || !isJoined(producer.Op) || join(node, i, producer) is not { } joined)
                continue;
            absorbed.Add(operand.Name);
            foreach (Value shared in producer.Operands.Distinct().Where(node.Operands.Contains))
                uses[shared.Name]--;
            node = joined;
            i = -1;
        }
        return node;
    }

    /// <summary>The node that makes what is converted, with its result rounded; the conversion itself where something else reads that too.</summary>
    private static Node Round(Node convert, Dictionary<string, Node> definitions, Dictionary<string, int> uses, HashSet<string> absorbed)
    {
        Value operand = convert.Operands[0];
        if (uses[operand.Name] != 1 || !definitions.TryGetValue(operand.Name, out Node? producer) || producer.Op is not IRoundsResult { Result: DType.F32 } op)
            return convert;
        absorbed.Add(operand.Name);
        return producer with { Op = op.WithResult(convert.Result.Type.Type), Results = convert.Results };
    }

    /// <summary>The consumer's formula with the producer's in place of operand <paramref name="place"/>.</summary>
    private static Node? JoinFormulas(Node consumer, int place, Node producer)
    {
        ScalarExpression inner = ((Elementwise)producer.Op).Expression;
        ScalarExpression outer = ((Elementwise)consumer.Op).Expression;
        List<Value> operands = [.. consumer.Operands.Where((_, i) => i != place)];
        int[] places = Places(producer.Operands, operands);
        if (operands.Count > Elementwise.MaximumOperands || !IsWorthRepeating(outer, place, inner))
            return null;
        ScalarExpression moved = inner.Substitute(i => Scalar.In(places[i]));
        Elementwise op = (Elementwise)consumer.Op with { Expression = outer.Substitute(i => i == place ? moved : Scalar.In(i < place ? i : i - 1)) };
        return consumer with { Op = op, Operands = operands.ToEquatable() };
    }

    /// <summary>The product with the consumer's formula as its epilogue, on top of one that it has already.</summary>
    private static Node? JoinEpilogue(Node consumer, int place, Node producer)
    {
        IFusesEpilogue product = (IFusesEpilogue)producer.Op;
        ScalarExpression inner = product.Epilogue ?? Scalar.In(0);
        ScalarExpression outer = ((Elementwise)consumer.Op).Expression;
        List<Value> further = [.. producer.Operands.Skip(product.ProductOperands)];
        int[] places = Places(consumer.Operands, further, skip: place);
        if (further.Count > EpilogueOperands.Most(product) || further.Any(o => EpilogueOperands.Of(o.Type, producer.Result.Type) is null)
            || !IsWorthRepeating(outer, place, inner))
            return null;
        return consumer with
        {
            Op = product.WithEpilogue(outer.Substitute(i => i == place ? inner : Scalar.In(1 + places[i])) is { } formula and not ScalarExpression.Input { Index: 0 } ? formula : null),
            Operands = [.. producer.Operands.Take(product.ProductOperands), .. further],
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

    /// <summary>A formula that another mentions more than once is computed as often. This also keeps joined formulas from doubling with each join.</summary>
    private static bool IsWorthRepeating(ScalarExpression outer, int place, ScalarExpression inner) => (Mentions(outer, place) - 1) * Cost(inner) <= CheapToRepeat;

    /// <summary>How often a formula mentions an operand.</summary>
    internal static int Mentions(ScalarExpression expression, int input) => expression switch
    {
        ScalarExpression.Input i => i.Index == input ? 1 : 0,
        ScalarExpression.Apply apply => apply.Arguments.Sum(a => Mentions(a, input)),
        _ => 0,
    };

    private static int Cost(ScalarExpression expression) => expression is ScalarExpression.Apply { Function: var function, Arguments: var arguments }
        ? (function.Infix is not null || s_instructions.Contains(function) ? 1 : CostOfFunction) + arguments.Sum(Cost)
        : 0;
}
