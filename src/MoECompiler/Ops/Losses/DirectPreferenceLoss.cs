namespace MoECompiler.Ops;

public static partial class GraphOps
{
    /// <summary>
    /// -(1 - s) log sigmoid(beta d) - s log sigmoid(-beta d) with d = (chosen - reference) - (rejected - referenceRejected), all of one shape.
    /// </summary>
    /// <remarks>
    /// Source: Rafailov et al., Direct Preference Optimization, NeurIPS 2023; the smoothing s: Mitchell, A Note on DPO with Noisy Preferences, 2023.
    /// </remarks>
    public static Value DirectPreferenceLoss(
        this GraphBuilder graph, Value chosen, Value rejected, Value reference, Value referenceRejected, float beta, float smoothing)
    {
        ScalarExpression margin = beta * ((Scalar.In(0) - Scalar.In(2)) - (Scalar.In(1) - Scalar.In(3)));
        ScalarExpression loss = smoothing == 0
            ? Scalar.Softplus(-margin)
            : (1 - smoothing) * Scalar.Softplus(-margin) + smoothing * Scalar.Softplus(margin);
        return graph.Elementwise(loss, [chosen, rejected, reference, referenceRejected], "preference");
    }
}
