namespace MoECompiler.Ops;

/// <summary>
/// Experts by what a token is, not by what it says: ids i32[T] give i32[T, Count], <paramref name="Count"/> different experts for each id,
/// the same wherever it comes. They are drawn uniformly from Philox of seed and id, so that every device has the same; any id has some.
/// </summary>
/// <remarks>Source: Roller et al., Hash Layers for Large Sparse Models, NeurIPS 2021; several a token as Hetu's HashGate.</remarks>
/// <param name="Count">K.</param>
/// <param name="Experts">E, at least K.</param>
/// <param name="Seed">The key of the generator.</param>
public sealed partial record HashExperts(Size Count, Size Experts, ulong Seed) : Op
{
    public override string Arguments => $"Count: {Count}, {KernelArguments}";

    public override string KernelArguments => $"Experts: {Experts}, Seed: {Seed}ul";

    public override IEnumerable<Size> KernelSizes => [Experts];

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        DistinctExperts.Check(Count, Experts);
        return operands[0].Rank == 1 ? [TensorType.I32(operands[0].Shape[0], Count)] : throw new ShapeError($"HashExperts takes i32[T] and is given {operands[0]}");
    }
}

/// <summary>
/// Experts at random: f32[T, ...], of which only T is read, gives i32[T, Count], <paramref name="Count"/> different experts for each token,
/// drawn uniformly and anew each step.
/// </summary>
/// <remarks>Source: Zuo et al., Taming Sparsely Activated Transformer with Stochastic Experts, ICLR 2022.</remarks>
/// <param name="Count">K.</param>
/// <param name="Experts">E, at least K.</param>
/// <param name="Site">The number of this random site in its model.</param>
public sealed partial record RandomExperts(Size Count, Size Experts, int Site) : Op
{
    public override string Arguments => $"Count: {Count}, {KernelArguments}";

    public override string KernelArguments => $"Experts: {Experts}, Site: {Site}";

    public override IEnumerable<Size> KernelSizes => [Experts];

    public override bool IsRandom => true;

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        DistinctExperts.Check(Count, Experts);
        return [TensorType.I32(operands[0].Rows, Count)];
    }
}
