namespace MoECompiler;

/// <summary>Which of its programs a model runs that is declared with <see cref="EvolveAttribute">[Evolve]</see>.</summary>
public enum EvolutionPhase
{
    /// <summary>As declared: what a model serves with, and trains with from <see cref="EvolveAttribute.HardAt"/> on.</summary>
    Sparse,

    /// <summary>One expert a layer, which every row passes.</summary>
    Base,

    /// <summary>All experts, of which a gate keeps fewer and fewer as its temperature falls.</summary>
    Dense,
}
