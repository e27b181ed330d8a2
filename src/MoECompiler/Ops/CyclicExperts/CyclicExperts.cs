namespace MoECompiler.Ops;

/// <summary>
/// Experts in turn: f32[T, ...], of which only T is read, gives i32[T, Count], slot j of token t having expert (t * Count + j) mod E. All have
/// the same number of slots, but for one.
/// </summary>
/// <param name="Count">K.</param>
/// <param name="Experts">E, at least K.</param>
public sealed partial record CyclicExperts(Size Count, Size Experts) : Op
{
    public override string Arguments => $"Count: {Count}, {KernelArguments}";

    public override string KernelArguments => $"Experts: {Experts}";

    public override IEnumerable<Size> KernelSizes => [Experts];

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        DistinctExperts.Check(Count, Experts);
        return [TensorType.I32(operands[0].Rows, Count)];
    }
}
