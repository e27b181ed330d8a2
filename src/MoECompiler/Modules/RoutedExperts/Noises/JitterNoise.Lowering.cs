namespace MoECompiler.Modules;

/// <summary>The router reads x * U(1 - NoiseScale, 1 + NoiseScale), the experts x itself. Source: Fedus et al., Switch Transformers, 2021.</summary>
internal sealed class JitterNoise : NoiseKindLowering
{
    public override string Name => "Jitter";

    public override IReadOnlyList<string> Options => ["NoiseScale"];

    public override Value OnInput(ModuleContext module, Value x)
    {
        int site = module.NextSite();
        if (!module.IsTraining)
            return x;
        float scale = module.Number("NoiseScale", 1);
        Value uniform = module.Graph.Add(new Noise(NoiseKind.Uniform, site), "uniform", x);
        return module.Graph.Elementwise(Scalar.In(0) * (1 - scale + 2 * scale * Scalar.In(1)), [x, uniform], "jittered");
    }
}
