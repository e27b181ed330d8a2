namespace MoECompiler.Modules;

/// <summary>What is added to a router in training, so that experts are tried. A kind is one class in this folder and a line in <see cref="NoiseKinds"/>.</summary>
internal abstract class RouterNoiseKind
{
    public abstract string Name { get; }

    /// <summary>The router's input, f32[T, Width].</summary>
    public virtual Value OnInput(ModuleContext module, Value x) => x;

    /// <summary>The logits that experts are chosen by, f32[T, E].</summary>
    public virtual Value OnLogits(ModuleContext module, Value x, Value logits) => logits;
}

internal static class NoiseKinds
{
    private static readonly RouterNoiseKind[] s_all = [new NoNoise(), new GaussianNoise(), new LearnedNoise(), new JitterNoise()];

    public static RouterNoiseKind Of(string name) => s_all.First(n => n.Name == name);
}

/// <summary>Nothing.</summary>
internal sealed class NoNoise : RouterNoiseKind
{
    public override string Name => "None";
}
