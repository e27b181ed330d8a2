namespace MoECompiler.Ops;

/// <summary>A value of one number throughout.</summary>
public sealed partial record Fill(float Number, EquatableArray<Size> Shape) : Op
{
    public override string Arguments => $"{KernelArguments}, Shape: [{string.Join(", ", Shape)}]";

    public override string KernelArguments => $"Number: {ScalarExpression.Constant.Text(Number)}";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.F32([.. Shape])];
}

public static partial class GraphOps
{
    public static Value Zeroes(this GraphBuilder graph, TensorType type, string name) => graph.Add(new Fill(0, type.Shape), name);
}
