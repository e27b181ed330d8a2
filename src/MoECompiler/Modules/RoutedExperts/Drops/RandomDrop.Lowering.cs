using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// Any: in training the tokens are served in an order that each step draws anew, so that the end of a sequence is not worse off; otherwise in
/// their own order. Source: DeepSpeed-MoE's random token selection, 2022.
/// </summary>
internal sealed class RandomDrop : DropKindLowering
{
    public override string Name => "Random";

    public override Routing Route(ModuleContext module, RouterInput input, Value experts, RouterScores scores, Size capacity)
    {
        GraphBuilder graph = module.Graph;
        int site = module.NextSite();
        if (!module.IsTraining)
            return graph.Dispatch(experts, input.Experts, capacity, "route");
        Value shape = graph.Zeroes(TensorType.F32(input.Tokens), "zeroes");
        Value priority = graph.Add(new Noise(NoiseKind.Uniform, site), "priority", shape);
        return graph.PriorityDispatch(experts, priority, input.Experts, capacity, "route");
    }
}
