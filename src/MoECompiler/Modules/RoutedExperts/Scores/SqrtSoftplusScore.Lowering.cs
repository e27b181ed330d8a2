using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>sqrt(log(1 + exp(logits))), each expert by itself. Source: DeepSeek-V4's reference code, 2026.</summary>
internal sealed class SqrtSoftplusScore : ScoreKindLowering
{
    public override string Name => "SqrtSoftplus";

    // The root has no slope at 0, which the logarithm is for an expert that a mask hides.
    public override Value Lower(GraphBuilder graph, Value logits) =>
        graph.Elementwise(Scalar.Sqrt(Scalar.Max(Scalar.Softplus(Scalar.In(0)), 1e-30f)), [logits], "scores");
}
