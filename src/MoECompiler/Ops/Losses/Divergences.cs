namespace MoECompiler.Ops;

public static partial class GraphOps
{
    /// <summary>x - log(sum(exp(x))) of each row.</summary>
    public static Value LogSoftmax(this GraphBuilder graph, Value logits, string name)
    {
        Value sum = graph.LogSumExp(logits, "logSum");
        Value column = graph.Reshape(sum, [.. sum.Type.Shape, Size.One], "logSum");
        return graph.Elementwise(Scalar.In(0) - Scalar.In(1), [logits, column], name);
    }

    /// <summary>-sum(p log p) of each row of logits, p its softmax: f32[..., C] gives f32[...].</summary>
    public static Value Entropy(this GraphBuilder graph, Value logits)
    {
        Value logShare = graph.LogSoftmax(logits, "logShare");
        Value terms = graph.Elementwise(-(Scalar.Exp(Scalar.In(0)) * Scalar.In(0)), [logShare], "surprise");
        return graph.Reduce(Reduction.Sum, terms, [terms.Type.Rank - 1], "entropy", keepExtents: false);
    }

    /// <summary>sum(p (log p - log q)) of each row, p and q the softmax of two logits: f32[..., C] twice gives f32[...].</summary>
    /// <remarks>Source: Kullback and Leibler, On Information and Sufficiency, 1951.</remarks>
    public static Value KlDivergence(this GraphBuilder graph, Value logits, Value others)
    {
        Value logShare = graph.LogSoftmax(logits, "logShare"), otherShare = graph.LogSoftmax(others, "otherShare");
        Value terms = graph.Elementwise(Scalar.Exp(Scalar.In(0)) * (Scalar.In(0) - Scalar.In(1)), [logShare, otherShare], "divergence");
        return graph.Reduce(Reduction.Sum, terms, [terms.Type.Rank - 1], "divergence", keepExtents: false);
    }

    /// <summary>exp(d) - d - 1 with d = reference - x: never negative, and on average the divergence of what drew the samples from the reference.</summary>
    /// <remarks>Source: Schulman, Approximating KL Divergence, 2020.</remarks>
    public static Value KlEstimate(this GraphBuilder graph, Value logProbability, Value reference)
    {
        ScalarExpression distance = Scalar.In(1) - Scalar.In(0);
        return graph.Elementwise(Scalar.Exp(distance) - distance - 1f, [logProbability, reference], "divergence");
    }
}
