using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// A router that sees a token's id and nothing else: logits of each id, W[id], or D[id] Wᵀ, an embedding of Width columns of its own by a row an
/// expert. Source: Dai et al., StableMoE, ACL 2022, equation 6.
/// </summary>
internal static class LightRouter
{
    /// <summary>The option of a phase that says how many ids there are.</summary>
    public const string Ids = "LightIds";

    /// <summary>The option of a phase that says how many columns an embedding has.</summary>
    public const string Width = "LightWidth";

    /// <summary>f32[T, E].</summary>
    public static Value Logits(ModuleContext module, RouterInput input)
    {
        GraphBuilder graph = module.Graph;
        Size ids = module.Size(Ids);
        if (module.Integer(Width) is not (> 0 and int width))
            return input.RowsOfIds(graph, module.Parameter("Light", "router.light.weight", new Initializer.Normal(0.02f), ids, input.Experts), "[Stabilize]", "lightLogits");
        Value embeddings = module.Parameter("LightEmbedding", "router.light.embedding", new Initializer.Normal(1), ids, Graphs.Size.Of(width));
        Value experts = module.Parameter("Light", "router.light.weight", new Initializer.Uniform(Graphs.Size.Of(width)), input.Experts, Graphs.Size.Of(width));
        return graph.MatMul(input.RowsOfIds(graph, embeddings, "[Stabilize]", "lightRows"), experts, transposeB: true, name: "lightLogits");
    }
}
