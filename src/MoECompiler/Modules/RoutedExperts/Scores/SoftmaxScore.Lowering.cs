using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>softmax(logits). Source: Shazeer et al., Outrageously Large Neural Networks, 2017.</summary>
internal sealed class SoftmaxScore : ScoreKindLowering
{
    public override string Name => "Softmax";

    public override Value Lower(GraphBuilder graph, Value logits) => graph.Softmax(logits, "scores");

    public override Value Shares(GraphBuilder graph, Value logits) => graph.Softmax(logits, "share");
}
