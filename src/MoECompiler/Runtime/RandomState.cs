namespace MoECompiler;

/// <summary>What random numbers are drawn from: the same seed, step and layer give the same numbers on every device.</summary>
/// <param name="Seed">The key of the generator.</param>
/// <param name="Step">The training step.</param>
/// <param name="Layer">The number of the repeated layer that draws; 0 outside of one.</param>
public readonly record struct RandomState(ulong Seed, long Step, int Layer = 0)
{
    /// <summary>The state for a repeated layer.</summary>
    public RandomState At(int layer) => this with { Layer = layer };
}
