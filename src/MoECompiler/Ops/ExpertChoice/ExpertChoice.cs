namespace MoECompiler.Ops;

/// <summary>
/// A dispatch by the experts' own choice: each takes the <paramref name="Count"/> tokens that score best with it, so that all have the same
/// number of rows and a token has any number of experts. From scores f32[T, E]: <c>order</c> i32[E * Count], the pair t * E + e at each row,
/// an expert's rows in order of token; <c>offsets</c> i32[E + 1], offsets[e] = e * Count; <c>position</c> i32[T, E], the row of each pair or
/// -1. Ties go to the lower token, and NaN counts as the least.
/// </summary>
/// <remarks>Source: Zhou et al., Mixture-of-Experts with Expert Choice Routing, NeurIPS 2022.</remarks>
/// <param name="Count">How many tokens an expert takes: at most T.</param>
public sealed partial record ExpertChoice(Size Count) : Op, IDispatch
{
    public override string Arguments => $"Count: {Count}";

    public override string KernelArguments => "";

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        TensorType scores = operands[0];
        if (scores.Rank != 2)
            throw new ShapeError($"ExpertChoice takes f32[T, E] and is given {scores}");
        if (Count.Constant > scores.Shape[0].Constant)
            throw new ShapeError($"each expert is to choose {Count} of {scores.Shape[0]} tokens");
        return [TensorType.I32(scores.Columns * Count), TensorType.I32(scores.Columns + Size.One), TensorType.I32(scores.Shape[0], scores.Columns)];
    }
}

public static partial class GraphOps
{
    /// <summary>The dispatch in which each expert takes the tokens that score best with it.</summary>
    public static Routing ExpertChoice(this GraphBuilder graph, Value scores, Size count, string name) => graph.Route(new ExpertChoice(count), name, scores);
}
