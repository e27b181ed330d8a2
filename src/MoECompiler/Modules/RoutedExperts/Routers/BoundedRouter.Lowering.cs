using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// tanh(x) Wᵀ: a bounded function before the product takes away the interaction of router and experts that slows their estimation down.
/// Source: Nguyen et al., Is Temperature Sample Efficient for Softmax Gaussian Mixture of Experts?, 2024 (the modified softmax gate).
/// </summary>
internal sealed class BoundedRouter : ScoringRouter
{
    public override string Name => "Bounded";

    public override IReadOnlyList<string> Options => ["RouterBias", "FrozenRouter"];

    protected override Value Logits(ModuleContext module, RouterInput input) =>
        Product(module, input, module.Graph.Apply(ScalarFunction.Tanh, input.X, "bounded"));
}
