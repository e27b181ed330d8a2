using MoECompiler.Checkpoints;

namespace MoECompiler;

/// <summary>What <see cref="EvolveAttribute">[Evolve]</see> says of a model, at run time.</summary>
/// <param name="SpawnAt">The step at which experts are made; 0 for never.</param>
/// <param name="SparsifyAt">The step at which the temperature begins to fall.</param>
/// <param name="HardAt">The step from which on the layers are as declared; 0 for never.</param>
/// <param name="Spawn">How an expert is made of the one.</param>
/// <param name="Seed">What experts and routers are drawn from.</param>
/// <param name="ResetsMoments">Whether what the optimizer remembers of them is 0.</param>
public sealed record Evolution(long SpawnAt, long SparsifyAt, long HardAt, Diversification Spawn, int Seed, bool ResetsMoments)
{
    /// <summary>The phase of a training step, counted from 0.</summary>
    public EvolutionPhase PhaseAt(long step) =>
        step < SpawnAt ? EvolutionPhase.Base : HardAt > 0 && step >= HardAt ? EvolutionPhase.Sparse : EvolutionPhase.Dense;
}
