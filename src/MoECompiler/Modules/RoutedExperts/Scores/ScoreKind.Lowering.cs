using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>How logits become the scores that experts are chosen and weighted by.</summary>
internal abstract class ScoreKindLowering : RouterPart
{
    /// <summary>f32[T, N] of scores for f32[T, N] of logits.</summary>
    public abstract Value Lower(GraphBuilder graph, Value logits);

    /// <summary>f32[T, E], the share of each expert in a token, without noise: what losses look at. Scores divided by their sum.</summary>
    public virtual Value Shares(GraphBuilder graph, RouterScores scores)
    {
        Value clean = scores.Clean.Equals(scores.Logits) ? scores.Scores : Lower(graph, scores.Clean);
        Value sum = graph.Reduce(Reduction.Sum, clean, [1], "sum", keepExtents: true);
        return graph.Elementwise(Scalar.In(0) / Scalar.In(1), [clean, sum], "share");
    }
}
