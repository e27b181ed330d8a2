namespace MoECompiler;

/// <summary>What <see cref="StabilizeAttribute">[Stabilize]</see> says of a model, at run time.</summary>
/// <param name="At">The step from which on a token's experts are those of its id.</param>
public sealed record Stabilization(long At)
{
    /// <summary>The phase of a training step, counted from 0.</summary>
    public EvolutionPhase PhaseAt(long step) => step < At ? EvolutionPhase.Learning : EvolutionPhase.Sparse;
}
