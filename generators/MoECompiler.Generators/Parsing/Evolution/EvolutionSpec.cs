using MoECompiler.Modules;

namespace MoECompiler.Generators.Parsing;

/// <summary>What [Evolve] says of a model.</summary>
/// <param name="Phases">The programs beside the declared one.</param>
/// <param name="Layers">The paths of the layers that evolve, as their parameters have them: <c>Mixture</c>, <c>Layers.Stacked.Mixture</c>.</param>
/// <param name="SpawnAt">The step at which experts are made; 0 for never.</param>
/// <param name="SparsifyAt">The step at which the temperature begins to fall.</param>
/// <param name="HardAt">The step from which on the layers are as declared; 0 for never.</param>
/// <param name="Spawn">How experts are made, in emitted code.</param>
/// <param name="Seed">What they are drawn from.</param>
/// <param name="ResetsMoments">Whether what is remembered of them is 0.</param>
internal sealed record EvolutionSpec(
    EquatableArray<PhaseLowering> Phases, EquatableArray<string> Layers, int SpawnAt, int SparsifyAt, int HardAt, string Spawn, int Seed, bool ResetsMoments);
