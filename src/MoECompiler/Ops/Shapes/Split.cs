namespace MoECompiler.Ops;

/// <summary>
/// A value in parts along its first axis: so many indices to the first result, so many to the next. The parts are where the value is: nothing
/// is copied.
/// </summary>
public sealed partial record Split(EquatableArray<Size> Counts) : Op
{
    public override string Arguments => $"Counts: [{string.Join(", ", Counts)}]";

    public override bool IsAlias => true;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        TensorType x = operands[0];
        Size sum = Counts.Aggregate(Size.Zero, static (sum, count) => sum + count);
        if (x.Rank == 0 || x.Shape[0] != sum)
            throw new ShapeError($"Split of {x} into [{string.Join(", ", Counts)}] indices of its first axis");
        return Counts.Select(count => x.WithShape(x.Shape.Select((e, i) => i == 0 ? count : e))).ToEquatable();
    }

    public override Size AliasStart(EquatableArray<TensorType> operands, int result) =>
        Counts.Take(result).Aggregate(Size.Zero, static (sum, count) => sum + count) * Size.Product(operands[0].Shape.Skip(1));

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        string name = $"d_{node.Operands[0].Name}";
        return [graph.Joined([.. node.Results.Select((part, i) => upstream[i] ?? graph.Zeroes(part.Type, name))], name)];
    }
}

public static partial class GraphOps
{
    /// <summary>The values one after the other along their first axis: halves of halves, so that few of them are copied often.</summary>
    public static Value Joined(this GraphBuilder graph, IReadOnlyList<Value> parts, string name)
    {
        if (parts.Count == 1)
            return parts[0];
        int half = parts.Count / 2;
        return graph.Add(new Concat(0), name, graph.Joined([.. parts.Take(half)], name), graph.Joined([.. parts.Skip(half)], name));
    }
}
