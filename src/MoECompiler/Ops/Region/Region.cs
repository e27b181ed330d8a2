namespace MoECompiler.Ops;

/// <summary>Why some nodes are one step.</summary>
public enum RegionKind
{
    /// <summary>
    /// A product and what is made of each of its rows by itself, such as a router: one kernel, in which a row stays in registers. The
    /// first node of the body is the product.
    /// </summary>
    Rows,

    /// <summary>A dispatch, the grouped products of its rows and their combination: for a few tokens there is a way without a sort.</summary>
    Experts,
}

/// <summary>Some nodes that a GPU runs as one step. Passes for GPUs make it of nodes that stand in a graph one by one elsewhere.</summary>
/// <param name="Kind">What they have in common.</param>
/// <param name="Body">Its inputs are the operands and its outputs the results, under their own names.</param>
public sealed partial record Region(RegionKind Kind, Graph Body) : Op
{
    public override string Arguments => $"Kind: {Kind}, Body: {Body.Name}";

    public override IEnumerable<Size> KernelSizes => Body.Nodes.SelectMany(static n => n.Results.SelectMany(static r => r.Type.Shape).Concat(n.Op.KernelSizes));

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (!operands.SequenceEqual(Body.Inputs.Select(static i => i.Type)))
            throw new ShapeError($"the region takes {string.Join(", ", Body.Inputs)} and is given {string.Join(", ", operands)}");
        return Body.Outputs.Select(static o => o.Value.Type).ToEquatable();
    }

    public override Size Flops(EquatableArray<TensorType> operands, EquatableArray<TensorType> results) => Body.Nodes
        .Select(static n => n.Op.Flops(n.Operands.Select(static o => o.Type).ToEquatable(), n.Results.Select(static r => r.Type).ToEquatable()))
        .Aggregate(Size.Zero, static (sum, flops) => sum + flops);
}
