using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// logits + NoiseScale * Gumbel(0, 1): with a scale of 1 the best K are a sample of K experts without replacement by their softmax.
/// Source: Kool et al., Stochastic Beams and Where to Find Them, ICML 2019; DeepSpeed-MoE calls it RSample.
/// </summary>
internal sealed class GumbelNoise : NoiseKindLowering
{
    public override string Name => "Gumbel";

    public override IReadOnlyList<string> Options => ["NoiseScale"];

    public override NoisyLogits OnLogits(ModuleContext module, RouterInput input, Value logits)
    {
        int site = module.NextSite();
        if (!module.IsTraining)
            return new NoisyLogits(logits, null);
        Value noise = module.Graph.Add(new Noise(NoiseKind.Gumbel, site), "noise", logits);
        Value noisy = module.Graph.Elementwise(Scalar.In(0) + Scalar.In(1) * module.Number("NoiseScale", 1), [logits, noise], "noisy");
        return new NoisyLogits(noisy, null);
    }
}
