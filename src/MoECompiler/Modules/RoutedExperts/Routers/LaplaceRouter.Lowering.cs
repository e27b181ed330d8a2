using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// -‖x - W_e‖: with a softmax the nearest center weighs most, and far ones lose weight slowly. Source: Nguyen et al., On Expert Estimation in
/// Hierarchical Mixture of Experts: Beyond Softmax Gating Functions, 2024.
/// </summary>
internal sealed class LaplaceRouter : ScoringRouter
{
    public override string Name => "Laplace";

    // The root has no slope at 0, where a token lies in a center.
    protected override Value Logits(ModuleContext module, RouterInput input) =>
        module.Graph.Elementwise(-Scalar.Sqrt(Scalar.In(0) + 1e-6f), [SquaredDistances(module, input)], "logits");
}
