namespace MoECompiler.Ops;

public static partial class GraphOps
{
    /// <summary>max((V - R)^2, (V' - R)^2) with V' = old + min(max(V - old, -clip), clip), all of one shape.</summary>
    /// <remarks>Source: Schulman et al., Proximal Policy Optimization Algorithms, 2017, in the form of OpenAI's baselines.</remarks>
    public static Value ValueLoss(this GraphBuilder graph, Value values, Value old, Value returns, float clip)
    {
        ScalarExpression moved = Scalar.In(1) + Scalar.Min(Scalar.Max(Scalar.In(0) - Scalar.In(1), -clip), clip);
        return graph.Elementwise(
            Scalar.Max(Scalar.Square(Scalar.In(0) - Scalar.In(2)), Scalar.Square(moved - Scalar.In(2))), [values, old, returns], "valueError");
    }
}
