using MoECompiler.Graphs;

namespace MoECompiler.Modules;

/// <summary>x Wᵀ. Source: Shazeer et al., Outrageously Large Neural Networks, 2017.</summary>
internal sealed class LinearRouter : ScoringRouter
{
    public override string Name => "Linear";

    public override IReadOnlyList<string> Options => ["RouterBias", "FrozenRouter"];

    protected override Value Logits(ModuleContext module, RouterInput input) => Product(module, input, input.X);
}
