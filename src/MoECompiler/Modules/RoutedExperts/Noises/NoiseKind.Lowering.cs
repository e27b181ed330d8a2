using MoECompiler.Graphs;

namespace MoECompiler.Modules;

/// <summary>What is added to a router in training, so that experts are tried.</summary>
internal abstract class NoiseKindLowering : RouterPart
{
    /// <summary>The router's input, f32[T, Width].</summary>
    public virtual Value OnInput(ModuleContext module, Value x) => x;

    /// <summary>The logits that experts are chosen by, f32[T, E].</summary>
    public virtual NoisyLogits OnLogits(ModuleContext module, RouterInput input, Value logits) => new(logits, null);
}

/// <summary>Logits with noise.</summary>
/// <param name="Logits">f32[T, E].</param>
/// <param name="Deviation">Makes the deviation of the normal noise on each logit, f32[T, E] or f32[]; null for other noise and none.</param>
internal sealed record NoisyLogits(Value Logits, Func<Value>? Deviation);

/// <summary>Nothing.</summary>
internal sealed class NoNoise : NoiseKindLowering
{
    public override string Name => "None";
}
