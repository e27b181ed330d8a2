using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The experts of a token are drawn once for its id, from a seed: nothing is learned and nothing can collapse. Source: Roller et al., Hash
/// Layers for Large Sparse Models, NeurIPS 2021.
/// </summary>
internal sealed class HashRouter : FixedRouter
{
    public override string Name => "Hash";

    public override IReadOnlyList<string> Options => ["RouterSeed"];

    protected override Value Experts(ModuleContext module, RouterInput input) =>
        module.Graph.Add(new HashExperts(input.TopK, input.Experts, (ulong)module.Integer("RouterSeed")), "experts", input.IdOfToken(module.Graph, $"Router = {Name}"));
}
