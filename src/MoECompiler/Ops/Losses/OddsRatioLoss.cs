namespace MoECompiler.Ops;

public static partial class GraphOps
{
    /// <summary>
    /// -log sigmoid(log(odds(chosen) / odds(rejected))), odds(x) = P / (1 - P) with P = exp(x), of mean log-probabilities, both of one shape.
    /// </summary>
    /// <remarks>Source: Hong et al., ORPO: Monolithic Preference Optimization without Reference Model, EMNLP 2024.</remarks>
    public static Value OddsRatioLoss(this GraphBuilder graph, Value chosen, Value rejected) =>
        graph.Elementwise(Scalar.Softplus(LogOdds(Scalar.In(1)) - LogOdds(Scalar.In(0))), [chosen, rejected], "oddsRatio");

    private static ScalarExpression LogOdds(ScalarExpression x) => x - Scalar.Log(Scalar.Max(OneLessExponential(-x), LeastDoubt));
}
