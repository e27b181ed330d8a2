using MoECompiler.Modules;

namespace MoECompiler.Generators.Parsing;

/// <summary>The phases of a model's training, as [Evolve] or [Stabilize] says.</summary>
/// <param name="Phases">The programs before the last one.</param>
/// <param name="Last">The last phase, whose program the model's own methods are.</param>
/// <param name="Layers">The paths of the layers that have phases, as their parameters have them: <c>Mixture</c>, <c>Layers.Stacked.Mixture</c>.</param>
/// <param name="Base">The class that the model derives from.</param>
/// <param name="Course">What that is given: when phases begin and what happens then, in emitted code.</param>
internal sealed record EvolutionSpec(EquatableArray<PhaseLowering> Phases, PhaseLowering Last, EquatableArray<string> Layers, string Base, string Course);
