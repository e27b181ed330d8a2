using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// -(f + Width) / 2 * log(1 + ‖x - W_e‖² / f), the log-density of Student's distribution with f = Freedom degrees around each center, up to a
/// constant: an outlier decides less than under a normal one. Source: Peel and McLachlan, Robust Mixture Modelling Using the t Distribution, 2000.
/// </summary>
internal sealed class StudentTRouter : ScoringRouter
{
    public override string Name => "StudentT";

    public override IReadOnlyList<string> Options => ["Freedom"];

    protected override Value Logits(ModuleContext module, RouterInput input)
    {
        float freedom = module.Number("Freedom", 1);
        ScalarExpression density = -0.5f * (freedom + Scalar.Extent(input.Width)) * Scalar.Log(1 + Scalar.In(0) / freedom);
        return module.Graph.Elementwise(density, [SquaredDistances(module, input)], "logits");
    }
}
