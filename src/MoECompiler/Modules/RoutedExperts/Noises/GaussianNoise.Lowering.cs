namespace MoECompiler.Modules;

/// <summary>logits + NoiseScale / E * N(0, 1). Source: Riquelme et al., V-MoE, 2021.</summary>
internal sealed class GaussianNoise : RouterNoiseKind
{
    public override string Name => "Gaussian";

    public override Value OnLogits(ModuleContext module, Value x, Value logits)
    {
        int site = module.NextSite();
        if (!module.IsTraining)
            return logits;
        Value noise = module.Graph.Add(new Noise(NoiseKind.Normal, site), "noise", logits);
        ScalarExpression scale = module.Number("NoiseScale", 1) / Scalar.Extent(module.Size("Experts"));
        return module.Graph.Elementwise(Scalar.In(0) + Scalar.In(1) * scale, [logits, noise], "noisy");
    }
}
