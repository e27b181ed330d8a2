using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>logits + NoiseScale * softplus(x W_noise) * N(0, 1). Source: Shazeer et al., Outrageously Large Neural Networks, 2017.</summary>
internal sealed class LearnedNoise : NoiseKindLowering
{
    public override string Name => "Learned";

    public override IReadOnlyList<string> Options => ["NoiseScale", "LoadLoss"];

    public override NoisyLogits OnLogits(ModuleContext module, RouterInput input, Value logits)
    {
        Value weight = module.Parameter("Noise", "router.noise", new Initializer.Constant(0), input.Experts, input.Width);
        int site = module.NextSite();
        if (!module.IsTraining)
            return new NoisyLogits(logits, null);
        Value raw = module.Graph.MatMul(input.X, weight, transposeB: true, name: "deviation");
        Value noise = module.Graph.Add(new Noise(NoiseKind.Normal, site), "noise", logits);
        float scale = module.Number("NoiseScale", 1);
        ScalarExpression scaled = Scalar.Softplus(Scalar.In(1)) * Scalar.In(2) * scale;
        Value noisy = module.Graph.Elementwise(Scalar.In(0) + scaled, [logits, raw, noise], "noisy");
        return new NoisyLogits(noisy, () => module.Graph.Elementwise(Scalar.Softplus(Scalar.In(0)) * scale, [raw], "deviations"));
    }
}
