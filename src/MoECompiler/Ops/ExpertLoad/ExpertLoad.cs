namespace MoECompiler.Ops;

/// <summary>How many slots chose each expert: i32[T, K], -1 for none, gives f32[Experts]. Exact up to 2^24.</summary>
public sealed partial record ExpertLoad(Size Experts) : Op
{
    public override string Arguments => $"Experts: {Experts}";

    public override string KernelArguments => "";

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [TensorType.F32(Experts)];
}
