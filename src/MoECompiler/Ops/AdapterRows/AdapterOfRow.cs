namespace MoECompiler.Ops;

/// <summary>The adapter of each row: i32[B] gives i32[Rows], each number Rows / B times in a row, as the rows of one sample stand together.</summary>
/// <param name="Rows">A multiple of B.</param>
/// <param name="Adapters">How many there are; another number is an error at run time.</param>
public sealed partial record AdapterOfRow(Size Rows, Size Adapters) : Op
{
    public override string Arguments => $"Rows: {Rows}, {KernelArguments}";

    public override string KernelArguments => $"Adapters: {Adapters}";

    public override bool IsDifferentiable => false;

    public override IEnumerable<Size> KernelSizes => [Adapters];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.I32(Rows)];
}
