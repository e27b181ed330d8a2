using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// VisibleExperts different ones for each id, drawn from RouterSeed once and for all; the router decides among them.
/// Source: Su et al., MaskMoE, 2024, with as many for each id; with one, Roller et al., Hash Layers, 2021, with learned weights.
/// </summary>
internal sealed class DrawnMask : MaskKindLowering
{
    public override string Name => "Drawn";

    public override IReadOnlyList<string> Options => ["VisibleExperts", "RouterSeed"];

    public override Value? Visible(ModuleContext module, RouterInput input)
    {
        GraphBuilder graph = module.Graph;
        Size visible = Graphs.Size.Of(module.Integer("VisibleExperts", 1));
        Value experts = graph.Add(new HashExperts(visible, input.Experts, (ulong)module.Integer("RouterSeed")), "drawn", input.IdOfToken(graph, "Mask = Drawn"));
        Value ones = graph.Add(new Fill(1, [input.Tokens, visible]), "ones");
        return graph.Add(new Detach(), "mask", graph.Add(new ScatterColumns(input.Experts), "mask", ones, experts));
    }
}
