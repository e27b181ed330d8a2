using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// (W + Alpha / Rank B_e A_e) x, W one for all experts and B_e at first 0. What W makes of a token is computed once, however many experts it
/// has. Sources: Dou et al., LoRAMoE, ACL 2024; Liu et al., MOELoRA, SIGIR 2024.
/// </summary>
internal sealed class AdaptedMatrices : ExpertMatricesKind
{
    public override string Name => "Adapted";

    public override IReadOnlyList<string> Options => ["Rank", "Alpha", "FrozenBase"];

    public override IReadOnlyList<string> Excludes => ["OrthogonalityLoss"];

    public override Value Multiply(ExpertProduct product)
    {
        (ModuleContext module, GraphBuilder graph, string word) = (product.Module, product.Graph, product.Word);
        (string tensor, Initializer start) = ($"experts.{word}.weight", new Initializer.Uniform(product.From));
        Value weight = module.Flag("FrozenBase")
            ? module.FrozenMatrix(product.Name, tensor, start, product.To, product.From)
            : module.Matrix(product.Name, tensor, start, product.To, product.From);
        Value common = graph.MatMul(product.X, weight, transposeB: true, name: $"{word}Base");
        if (product.Gather)
            common = graph.TokenRows(common, product.Routing, $"{word}Base");
        Value own = product.Thin(new Initializer.Constant(0));
        float scale = module.Number("Alpha", product.Rank) / product.Rank;
        return graph.Elementwise(Scalar.In(0) + Scalar.In(1) * scale, [common, own], word);
    }
}
