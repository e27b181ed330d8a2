using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The <see cref="BalanceLoss"/> of each sequence by itself, in the mean: E / K * sum over e of f_e P_e, f_e the slots a token of the sequence
/// that chose e (a constant to the gradient), P_e the mean share of e in it; 1 where each sequence is spread evenly.
/// Source: DeepSeek-V3 Technical Report, 2024, equations 17 to 20.
/// </summary>
internal sealed class SequenceBalanceLoss : RouterLoss
{
    public override string Argument => "SequenceBalanceLoss";

    public override string Metric => "sequenceBalance";

    public override bool NeedsChoice => true;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        if (input.Shape.Count < 2)
            throw new ShapeError($"takes sequences, f32[B, T, {input.Width}], with {Argument} and is given f32[{input.Shape[0]}, {input.Width}]");
        GraphBuilder graph = module.Graph;
        Value chosen = MeanOfSequence(routed.Chosen(graph, input), "chosen"), shares = MeanOfSequence(routed.Scores!.Shares, "shares");
        ScalarExpression scale = Scalar.Extent(input.Experts) / (Scalar.Extent(input.TopK) * Scalar.Extent(input.Shape[0]));
        return graph.ReduceAll(Reduction.Sum, graph.Elementwise(Scalar.In(0) * Scalar.In(1) * scale, [chosen, shares], "products"), Metric);

        Value MeanOfSequence(Value ofTokens, string name)
        {
            Value sequences = graph.Reshape(ofTokens, [input.Shape[0], Graphs.Size.Product(input.Shape.Skip(1)), input.Experts], name);
            return graph.Reduce(Reduction.Mean, sequences, [1], name);
        }
    }
}
