using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// x Wᵀ + C[id]: what a token says, and what is known of it or of its sample, its attributes as one number: with 8 of them, yes or no each,
/// 256 ids. Source: the attribute-level routing of Mu and Lin, A Comprehensive Survey of Mixture-of-Experts, 2025, section II-C.
/// </summary>
internal sealed class ConditionedRouter : ScoringRouter
{
    public override string Name => "Conditioned";

    public override IReadOnlyList<string> Options => ["Ids", "RouterBias", "FrozenRouter"];

    protected override Value Logits(ModuleContext module, RouterInput input)
    {
        Value product = Product(module, input, input.X);
        Value table = module.Parameter("Condition", "router.condition", new Initializer.Constant(0), Graphs.Size.Of(module.Integer("Ids", 1)), input.Experts);
        return module.Graph.Add(product, input.RowsOfIds(module.Graph, table, $"Router = {Name}", "condition"), "logits");
    }
}
