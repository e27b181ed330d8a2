using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// Learned logits of each id, W[id], of a task, a modality, a language pair: where the id is a sample's, only a few experts have to be at hand
/// for it. Source: Kudugunta et al., Beyond Distillation: Task-level Mixture-of-Experts for Efficient Inference, 2021.
/// </summary>
internal sealed class TableRouter : ScoringRouter
{
    public override string Name => "Table";

    public override IReadOnlyList<string> Options => ["Ids"];

    public override IReadOnlyList<string> Excludes => ["Level"];

    protected override Value Logits(ModuleContext module, RouterInput input)
    {
        Value table = module.Parameter("Router", "router.weight", new Initializer.Normal(0.02f), Graphs.Size.Of(module.Integer("Ids", 1)), input.Experts);
        return input.RowsOfIds(module.Graph, table, $"Router = {Name}", "logits");
    }
}
