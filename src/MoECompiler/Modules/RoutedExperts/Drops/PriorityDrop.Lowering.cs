using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// Those of the tokens that no expert scores high: tokens are served in descending order of their greatest score.
/// Source: Riquelme et al., Scaling Vision with Sparse Mixture of Experts, NeurIPS 2021 (batch priority routing).
/// </summary>
internal sealed class PriorityDrop : DropKindLowering
{
    public override string Name => "Priority";

    public override Routing Route(ModuleContext module, RouterInput input, Value experts, RouterScores scores, Size capacity)
    {
        WholeSequences.Refuse(module, "compares all rows with Drop = Priority");
        Value priority = module.Graph.Reduce(Reduction.Max, scores.Scores, [1], "priority");
        return module.Graph.PriorityDispatch(experts, priority, input.Experts, capacity, "route");
    }
}
