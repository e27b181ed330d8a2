using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// b_e - ‖x - W_e‖² / (2 exp(2 s_e)) - Width s_e: with a softmax, the probability of each component of a mixture of normal distributions with
/// weights softmax(b), centers W and deviations exp(s). Source: Xu, Jordan and Hinton, An Alternative Model for Mixtures of Experts, 1994,
/// equation 5, trained by the gradient in place of EM.
/// </summary>
internal sealed class GaussianRouter : ScoringRouter
{
    public override string Name => "Gaussian";

    protected override Value Logits(ModuleContext module, RouterInput input)
    {
        Value distances = SquaredDistances(module, input);
        Value bias = module.Parameter("RouterBias", "router.bias", new Initializer.Constant(0), input.Experts);
        Value scale = module.Parameter("RouterScale", "router.scale", new Initializer.Constant(0), input.Experts);
        ScalarExpression density = Scalar.In(1) - 0.5f * Scalar.In(0) * Scalar.Exp(-2 * Scalar.In(2)) - Scalar.Extent(input.Width) * Scalar.In(2);
        return module.Graph.Elementwise(density, [distances, bias, scale], "logits");
    }
}
