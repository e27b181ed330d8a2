namespace MoECompiler.Passes;

/// <summary>
/// Makes a sum of two products one product of two pairs of operands: what an adapter adds to x W, and the gradients that two products have by
/// one operand. Sums over the first pair go on over the second, in registers, and the result is written once.
/// </summary>
/// <param name="nodes">Of the graph, in order; those that are joined are taken out.</param>
/// <param name="uses">How often each value is read.</param>
/// <param name="definitions">The nodes that make the values before the place that is looked at.</param>
internal sealed class FuseSums(List<Node> nodes, Dictionary<string, int> uses, Dictionary<string, Node> definitions)
{
    /// <summary>Joins what the formula at a place adds up, as long as there is something, and gives the place of the formula that is left.</summary>
    public int Run(int at)
    {
        at = AddBeforeRows(at);
        while (Find(((Elementwise)nodes[at].Op).Expression, nodes[at]) is { } sum && Join(nodes[at], sum) is { } product)
        {
            (int kept, int dropped) = Inputs(sum);
            Node node = nodes[at];
            nodes[at] = node with
            {
                Op = (Elementwise)node.Op with { Expression = Replace(((Elementwise)node.Op).Expression, sum).Substitute(i => Scalar.In(i > dropped ? i - 1 : i)) },
                Operands = node.Operands.Where((_, i) => i != dropped).ToEquatable(),
            };
            at = Put(product, at, node.Operands[kept], node.Operands[dropped]);
        }
        return at;
    }

    /// <summary>
    /// The sums over slots of two values of rows are the sum over slots of their sum, which a product may then end with. The formula's place
    /// where it adds up such: it is before the one sum over slots that is left.
    /// </summary>
    private int AddBeforeRows(int at)
    {
        Node node = nodes[at];
        if (!((Elementwise)node.Op).Expression.Equals(Scalar.In(0) + Scalar.In(1)) || node.Operands.Count != 2
            || Single(node.Operands[0]) is not { Op: SumRows } left || Single(node.Operands[1]) is not { Op: SumRows } right
            || !left.Op.Equals(right.Op) || !left.Operands[1].Equals(right.Operands[1]) || !left.Operands[0].Type.Equals(right.Operands[0].Type)
            || Single(left.Operands[0]) is not { Op: IFusesEpilogue } && Single(right.Operands[0]) is not { Op: IFusesEpilogue })
            return at;
        Value sum = new(left.Result.Name, left.Operands[0].Type);
        nodes[at] = left with { Operands = [sum, left.Operands[1]], Results = node.Results };
        uses[left.Operands[1].Name]--;
        return Put(node with { Operands = [left.Operands[0], right.Operands[0]], Results = [sum] }, at, left.Result, right.Result) - 1;
    }

    /// <summary>The product of both pairs, with the epilogue that one of them has; null where no kernel computes it.</summary>
    private Node? Join(Node node, ScalarExpression.Apply sum)
    {
        (int kept, int dropped) = Inputs(sum);
        (Node first, Node second) = (definitions[node.Operands[kept].Name], definitions[node.Operands[dropped].Name]);
        (IFusesEpilogue one, IFusesEpilogue other) = ((IFusesEpilogue)first.Op, (IFusesEpilogue)second.Op);
        (Node host, IFusesEpilogue ends) = one.Epilogue is null ? (second, other) : (first, one);
        if (SecondPair.Join(first, second) is not (var op, var operands))
            return null;
        IFusesEpilogue joined = (IFusesEpilogue)((IFusesEpilogue)op).WithEpilogue(ends.Epilogue);
        List<Value> further = [.. host.Operands.Skip(ends.ProductOperands)];
        if (further.Count > EpilogueOperands.Most(joined))
            return null;
        Node product = new((Op)joined, [.. operands, .. further], [node.Operands[kept]], host.Statement);
        foreach (Value operand in first.Operands.Concat(second.Operands))
            uses[operand.Name]--;
        foreach (Value operand in product.Operands)
            uses[operand.Name]++;
        return product;
    }

    /// <summary>Puts a node before a place, takes out the two that it replaces, and gives the place that what was there has now.</summary>
    private int Put(Node node, int at, Value replaced, Value dropped)
    {
        Node after = nodes[at];
        nodes.Insert(at, node);
        definitions.Remove(dropped.Name);
        definitions[node.Result.Name] = node;
        foreach (Value value in (Value[])[replaced, dropped])
            nodes.RemoveAt(nodes.FindIndex(n => n.Results[0].Equals(value)));
        return nodes.IndexOf(after);
    }

    /// <summary>The first sum in a formula of two products that nothing else reads, of which one at most has an epilogue: itself a sum.</summary>
    private ScalarExpression.Apply? Find(ScalarExpression expression, Node node)
    {
        if (expression is not ScalarExpression.Apply apply)
            return null;
        if (apply.Function == ScalarFunction.Add && apply.Arguments[0] is ScalarExpression.Input left && apply.Arguments[1] is ScalarExpression.Input right
            && Term(node, left.Index) is { } one && Term(node, right.Index) is { } other
            && (one.Epilogue is null && IsTerm(other.Epilogue) || other.Epilogue is null && IsTerm(one.Epilogue)))
            return apply;
        return apply.Arguments.Select(a => Find(a, node)).FirstOrDefault(static sum => sum is not null);
    }

    /// <summary>The product that a formula's operand is, which it mentions once and nothing else reads.</summary>
    private IFusesEpilogue? Term(Node node, int place) =>
        Single(node.Operands[place])?.Op is IFusesEpilogue { Result: DType.F32, Second: null } product && Fuse.Mentions(((Elementwise)node.Op).Expression, place) == 1 ? product : null;

    /// <summary>Whether an epilogue does nothing with a sum but add to it: what goes on from the sum may then be added before.</summary>
    private static bool IsTerm(ScalarExpression? epilogue) => epilogue switch
    {
        null or ScalarExpression.Input { Index: 0 } => true,
        ScalarExpression.Apply apply when apply.Function == ScalarFunction.Add => apply.Arguments.Count(static a => a.Inputs.Contains(0)) == 1 && apply.Arguments.Any(static a => a.Inputs.Contains(0) && IsTerm(a)),
        _ => false,
    };

    /// <summary>The node that makes a value that is read once; null where it is read elsewhere too, or given.</summary>
    private Node? Single(Value value) => uses[value.Name] == 1 && definitions.TryGetValue(value.Name, out Node? node) ? node : null;

    private static (int Kept, int Dropped) Inputs(ScalarExpression.Apply sum) =>
        (((ScalarExpression.Input)sum.Arguments[0]).Index, ((ScalarExpression.Input)sum.Arguments[1]).Index);

    /// <summary>The formula with the first of both terms in place of their sum.</summary>
    private static ScalarExpression Replace(ScalarExpression expression, ScalarExpression.Apply sum) =>
        ReferenceEquals(expression, sum) ? sum.Arguments[0]
        : expression is ScalarExpression.Apply apply ? Scalar.Of(apply.Function, [.. apply.Arguments.Select(a => Replace(a, sum))])
        : expression;
}
