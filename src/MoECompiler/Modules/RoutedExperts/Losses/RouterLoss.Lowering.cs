namespace MoECompiler.Modules;

/// <summary>A term that a router adds to the loss. A kind is one class in this folder and a line in <see cref="RouterLosses"/>.</summary>
internal abstract class RouterLoss
{
    public abstract void Add(ModuleContext module, RouterState state);
}

/// <summary>What the losses look at.</summary>
/// <param name="Logits">f32[T, E], without noise.</param>
/// <param name="Selection">Scores, chosen experts and weights.</param>
/// <param name="Load">f32[E], how many slots chose each expert.</param>
/// <param name="Experts">E.</param>
/// <param name="TopK">K.</param>
/// <param name="Tokens">T.</param>
internal sealed record RouterState(Value Logits, Selection Selection, Value Load, Size Experts, Size TopK, Size Tokens);

internal static class RouterLosses
{
    public static IReadOnlyList<RouterLoss> All { get; } = [new BalanceLoss(), new ZLoss()];
}
