namespace MoECompiler;

/// <summary>
/// Which of its programs a model runs that is declared with <see cref="EvolveAttribute">[Evolve]</see> or <see cref="StabilizeAttribute">[Stabilize]</see>.
/// </summary>
public enum EvolutionPhase
{
    /// <summary>The last phase, and what is served with: with [Evolve] the layers as they are declared, with [Stabilize] the experts of a token's id.</summary>
    Sparse,

    /// <summary>One expert a layer, which every row passes.</summary>
    Base,

    /// <summary>All experts, of which a gate keeps fewer and fewer as its temperature falls.</summary>
    Dense,

    /// <summary>The router chooses, and a light router learns what.</summary>
    Learning,
}
