using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// In training one expert for each token such that all experts have as many and the scores add up to the most; outside of it the best one.
/// Source: Lewis et al., BASE Layers: Simplifying Training of Large, Sparse Models, ICML 2021.
/// </summary>
internal sealed class BalancedSelection : SlotSelection
{
    public override string Name => "Balanced";

    public override IReadOnlyList<string> Excludes => ["Drop", "SelectionBias", "BiasRate", "Mask"];

    protected override Value Choose(ModuleContext module, RouterInput input, Value by) =>
        module.Graph.Add(module.IsTraining ? new BalancedExperts() : new TopK(Graphs.Size.One), "experts", by);
}
