namespace MoECompiler.Ops;

/// <summary>
/// Which rows of a table of <paramref name="Rows"/> the numbers i32[...] name, N of them, and where. The first result, i32[N], has each row that is
/// named once, ascending, each with as many -1 behind it as it is named again; the second, i32[N], has the places of the numbers in that order, those
/// of one row ascending. A device that does not check numbers has -1 in both, at the end, for those outside of the table.
/// </summary>
public sealed partial record RowOrder(Size Rows) : Op
{
    public override string Arguments => $"Rows: {Rows}";

    public override IEnumerable<Size> KernelSizes => [Rows];

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (operands[0].Type != DType.I32)
            throw new ShapeError($"RowOrder takes i32[...] and is given {operands[0]}");
        TensorType places = TensorType.I32(operands[0].Count);
        return [places, places];
    }
}
