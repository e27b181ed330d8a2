namespace MoECompiler.Modules;

/// <summary>logits + NoiseScale * softplus(x W_noise) * N(0, 1). Source: Shazeer et al., Outrageously Large Neural Networks, 2017.</summary>
internal sealed class LearnedNoise : RouterNoiseKind
{
    public override string Name => "Learned";

    public override Value OnLogits(ModuleContext module, Value x, Value logits)
    {
        (Size experts, Size width) = (module.Size("Experts"), module.Size("Width"));
        Value weight = module.Parameter("Noise", "router.noise", new Initializer.Constant(0), experts, width);
        int site = module.NextSite();
        if (!module.IsTraining)
            return logits;
        Value deviation = module.Graph.MatMul(x, weight, transposeB: true, name: "deviation");
        Value noise = module.Graph.Add(new Noise(NoiseKind.Normal, site), "noise", logits);
        ScalarExpression scaled = Scalar.Softplus(Scalar.In(1)) * Scalar.In(2) * module.Number("NoiseScale", 1);
        return module.Graph.Elementwise(Scalar.In(0) + scaled, [logits, deviation, noise], "noisy");
    }
}
