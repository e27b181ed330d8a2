using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>logits + NoiseScale / E * N(0, 1). Source: Riquelme et al., V-MoE, 2021.</summary>
internal sealed class GaussianNoise : NoiseKindLowering
{
    public override string Name => "Gaussian";

    public override IReadOnlyList<string> Options => ["NoiseScale", "LoadLoss"];

    public override NoisyLogits OnLogits(ModuleContext module, RouterInput input, Value logits)
    {
        int site = module.NextSite();
        if (!module.IsTraining)
            return new NoisyLogits(logits, null);
        Value noise = module.Graph.Add(new Noise(NoiseKind.Normal, site), "noise", logits);
        ScalarExpression scale = module.Number("NoiseScale", 1) / Scalar.Extent(input.Experts);
        Value noisy = module.Graph.Elementwise(Scalar.In(0) + Scalar.In(1) * scale, [logits, noise], "noisy");
        return new NoisyLogits(noisy, () => module.Graph.Elementwise(scale, [], "deviation"));
    }
}
