using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>routed + sigmoid(x w) shared. Source: Qwen2-MoE, 2024.</summary>
internal sealed class SigmoidSharedWeight : SharedWeightKind
{
    public override string Name => "Sigmoid";

    public override Value Mix(ModuleContext module, RouterInput tokens, Value routed, Value shared) => module.Graph.Elementwise(
        Scalar.In(0) + Scalar.Sigmoid(Scalar.In(2)) * Scalar.In(1), [routed, shared, Logits(module, tokens, 1)], "mixed");
}
