namespace MoECompiler.Ops;

/// <summary>
/// The pair of adapter and expert of each slot: adapters i32[T], offsets i32[E + 1] and position i32[T, K] of a dispatch give i32[T, K],
/// adapters[t] * E + e, or -1 for a slot without a row.
/// </summary>
public sealed partial record AdapterPairs : Op
{
    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (operands[0].Count != operands[2].Shape[0])
            throw new ShapeError($"AdapterPairs takes an adapter for each of {operands[2].Shape[0]} rows and is given {operands[0]}");
        return [operands[2]];
    }
}
