using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>sigmoid(logits), each expert by itself. Source: DeepSeek-V3, 2024.</summary>
internal sealed class SigmoidScore : ScoreKindLowering
{
    public override string Name => "Sigmoid";

    public override Value Lower(GraphBuilder graph, Value logits) => graph.Apply(ScalarFunction.Sigmoid, logits, "scores");
}
