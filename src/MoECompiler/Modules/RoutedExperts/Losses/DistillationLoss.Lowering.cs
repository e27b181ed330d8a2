using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// - mean over tokens and their slots of log softmax(l)[e], l the logits of a light router that sees a token's id alone and e what the router chose,
/// a constant to the gradient: the light router learns, and nothing else. A phase of a training has it. Source: Dai et al., StableMoE, ACL 2022,
/// equation 7.
/// </summary>
internal sealed class DistillationLoss : RouterLoss
{
    public const string Option = "Distillation";

    public override string Argument => Option;

    public override string Metric => "distillation";

    public override bool NeedsChoice => true;

    public override bool IsBalance => false;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        Value logarithms = graph.LogSoftmax(LightRouter.Logits(module, input), "light");
        ScalarExpression term = -Scalar.In(0) * Scalar.In(1) / (Scalar.Extent(input.Tokens) * Scalar.Extent(input.TopK));
        return graph.ReduceAll(Reduction.Sum, graph.Elementwise(term, [routed.Chosen(graph, input), logarithms], "surprise"), Metric);
    }
}
