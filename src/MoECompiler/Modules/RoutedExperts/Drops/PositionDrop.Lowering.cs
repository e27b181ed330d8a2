using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>The last ones: first slots come before second ones, and then the tokens in their order. Source: Lepikhin et al., GShard, 2020.</summary>
internal sealed class PositionDrop : DropKindLowering
{
    public override string Name => "Position";

    public override Routing Route(ModuleContext module, RouterInput input, Value experts, RouterScores scores, Size capacity) =>
        module.Graph.Dispatch(experts, input.Experts, capacity, "route");
}
