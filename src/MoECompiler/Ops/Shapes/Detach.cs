namespace MoECompiler.Ops;

/// <summary>The value as it is, for the gradient a constant.</summary>
public sealed partial record Detach : Op
{
    public override bool IsAlias => true;

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0]];
}
