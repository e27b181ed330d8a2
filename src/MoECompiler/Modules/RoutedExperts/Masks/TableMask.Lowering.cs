using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// Those that a table says, a row an id: 1 or 0 for each expert. Nothing trains it; a new model's lets all ids have all experts.
/// Source: Su et al., MaskMoE: Boosting Token-Level Learning via Routing Mask in Mixture-of-Experts, 2024.
/// </summary>
internal sealed class TableMask : MaskKindLowering
{
    public override string Name => "Table";

    public override IReadOnlyList<string> Options => ["Ids"];

    public override Value? Visible(ModuleContext module, RouterInput input)
    {
        Value table = module.State("Mask", "router.mask", new Initializer.Constant(1), Graphs.Size.Of(module.Integer("Ids", 1)), input.Experts);
        return input.RowsOfIds(module.Graph, table, "Mask = Table", "mask");
    }
}
