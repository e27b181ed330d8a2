using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// Phi(logits), the normal distribution's probability, each expert by itself; what is chosen is divided by its sum with NormalizeTopK.
/// Source: Geweke and Keane, Smoothly Mixing Regressions, 2007, with independent experts.
/// </summary>
internal sealed class ProbitScore : ScoreKindLowering
{
    public override string Name => "Probit";

    public override Value Lower(GraphBuilder graph, Value logits) => graph.Elementwise(Phi(Scalar.In(0)), [logits], "scores");

    /// <summary>The distribution function of N(0, 1).</summary>
    internal static ScalarExpression Phi(ScalarExpression x) => 0.5f * (1 + Scalar.Erf(x * 0.70710678f));
}
