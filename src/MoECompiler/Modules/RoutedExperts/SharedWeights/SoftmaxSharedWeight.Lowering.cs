using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// a shared + b routed, (a, b) = softmax(x Wᵀ). Source: Jin et al., MoH: Multi-Head Attention as Mixture-of-Head Attention, 2024, equation 7.
/// </summary>
internal sealed class SoftmaxSharedWeight : SharedWeightKind
{
    public override string Name => "Softmax";

    public override Value Mix(ModuleContext module, RouterInput tokens, Value routed, Value shared)
    {
        GraphBuilder graph = module.Graph;
        // Of two a softmax is a sigmoid of what the first is above the second.
        Value logits = Logits(module, tokens, 2);
        Value ofShared = graph.Add(new Slice(1, Graphs.Size.Zero, Graphs.Size.One), "ofShared", logits);
        Value ofRouted = graph.Add(new Slice(1, Graphs.Size.One, Graphs.Size.One), "ofRouted", logits);
        Value share = graph.Elementwise(Scalar.Sigmoid(Scalar.In(0) - Scalar.In(1)), [ofShared, ofRouted], "sharedShare");
        return graph.Elementwise(Scalar.In(2) * Scalar.In(1) + (1 - Scalar.In(2)) * Scalar.In(0), [routed, shared, share], "mixed");
    }
}
