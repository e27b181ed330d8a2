namespace MoECompiler.Ops;

/// <summary>0, 1, 2 and so on: f32[Count]. Exact below 2^24.</summary>
public sealed partial record Iota(Size Count) : Op
{
    public override string Arguments => $"Count: {Count}";

    public override string KernelArguments => "";

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.F32(Count)];
}
