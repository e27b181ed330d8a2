using MoECompiler.Graphs;

namespace MoECompiler.Modules;

/// <summary>
/// What both phases of StableMoE have in common: the best experts by a router's logits, each weighted by sigmoid(logit), and a light router
/// beside it. Source: Dai et al., StableMoE, ACL 2022.
/// </summary>
/// <param name="Ids">How many tokens the light router tells apart.</param>
/// <param name="Width">The columns of its embeddings; 0 where it has a logit for each id and expert.</param>
internal sealed record LightRouting(Size Ids, int Width)
{
    public Dictionary<string, object> Changes() => new(StringComparer.Ordinal)
    {
        [LightRouter.Ids] = Ids,
        [LightRouter.Width] = Width,
        ["Selection"] = "TopK",
        ["Score"] = "Sigmoid",
        ["SoftmaxAfterTopK"] = false,
        ["NormalizeTopK"] = false,
        ["UnitWeights"] = false,
        ["SelectionBias"] = false,
        ["BalanceLoss"] = 0f,
    };
}
