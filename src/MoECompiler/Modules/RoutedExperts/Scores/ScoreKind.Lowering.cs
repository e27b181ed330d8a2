using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>How logits become the scores that experts are chosen and weighted by.</summary>
internal abstract class ScoreKindLowering : RouterPart
{
    /// <summary>f32[T, N] of scores for f32[T, N] of logits.</summary>
    public abstract Value Lower(GraphBuilder graph, Value logits);

    /// <summary>f32[T, N], scores divided by their sum, of logits.</summary>
    public virtual Value Shares(GraphBuilder graph, Value logits)
    {
        Value clean = Lower(graph, logits);
        Value sum = graph.Reduce(Reduction.Sum, clean, [1], "sum", keepExtents: true);
        return graph.Elementwise(Scalar.In(0) / Scalar.In(1), [clean, sum], "share");
    }
}
