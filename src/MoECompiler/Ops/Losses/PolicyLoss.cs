namespace MoECompiler.Ops;

public static partial class GraphOps
{
    /// <summary>-min(r A, min(max(r, 1 - clip), 1 + clip) A) with r = exp(x - old), all of one shape.</summary>
    /// <remarks>Source: Schulman et al., Proximal Policy Optimization Algorithms, 2017, equation 7.</remarks>
    public static Value PolicyLoss(this GraphBuilder graph, Value logProbability, Value old, Value advantages, float clip)
    {
        ScalarExpression ratio = Scalar.Exp(Scalar.In(0) - Scalar.In(1));
        ScalarExpression clipped = Scalar.Min(Scalar.Max(ratio, 1 - clip), 1 + clip);
        return graph.Elementwise(-Scalar.Min(ratio * Scalar.In(2), clipped * Scalar.In(2)), [logProbability, old, advantages], "policy");
    }
}
