using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>sqrt(log(1 + exp(logits))), each expert by itself. Source: DeepSeek-V4's reference code, 2026.</summary>
internal sealed class SqrtSoftplusScore : ScoreKindLowering
{
    public override string Name => "SqrtSoftplus";

    public override Value Lower(GraphBuilder graph, Value logits) => graph.Elementwise(Scalar.Sqrt(Scalar.Softplus(Scalar.In(0))), [logits], "scores");
}
