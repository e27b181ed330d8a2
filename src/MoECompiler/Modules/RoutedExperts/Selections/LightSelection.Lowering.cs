using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The K best by a router that sees a token's id alone, while the weights are the router's own scores. A phase of a training has it, and no
/// declaration: what the light router says has to be learned before. Source: Dai et al., StableMoE, ACL 2022, equation 9.
/// </summary>
internal sealed class LightSelection : SlotSelection
{
    public const string Word = "Light";

    public override string Name => Word;

    protected override Value Choose(ModuleContext module, RouterInput input, Value by) =>
        module.Graph.Add(new TopK(input.TopK), "experts", LightRouter.Logits(module, input));
}
