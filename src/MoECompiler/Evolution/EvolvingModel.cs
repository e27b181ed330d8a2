using MoECompiler.Checkpoints;
using MoECompiler.Training;

namespace MoECompiler;

/// <summary>
/// What a generated model with <see cref="EvolveAttribute">[Evolve]</see> derives from: one expert becomes many, and a dense gate a sparse one.
/// </summary>
public abstract class EvolvingModel : PhasedModel
{
    private const string RouterPart = ".router.weight";

    /// <summary>Called by generated code.</summary>
    /// <param name="device">Of the model.</param>
    /// <param name="evolution">When phases begin, and how experts are made.</param>
    /// <param name="layers">The paths of the routed layers that evolve.</param>
    protected EvolvingModel(Device device, Evolution evolution, IReadOnlyList<string> layers) : base(device, layers) => Evolution = evolution;

    /// <summary>When phases begin, and how experts are made.</summary>
    public Evolution Evolution { get; }

    internal override string TrainedAs => Evolution.ToString();

    /// <summary>What is served with, beside the dense gate, and the other way round: once there are experts.</summary>
    private protected override EvolutionPhase? Other => Phase == EvolutionPhase.Dense ? EvolutionPhase.Sparse : EvolutionPhase.Dense;

    private protected override bool HasExperts => Phase != EvolutionPhase.Base;

    /// <summary>
    /// Makes experts of the first one of each layer, and draws the routers anew: what a training does when it comes to <see cref="Evolution.SpawnAt"/>.
    /// The same seed gives the same weights on every device.
    /// </summary>
    public void Spawn()
    {
        using Lock.Scope inside = Gate.Enter();
        Parameter[] changed = [.. ExpertParameters, .. OfLayers(RouterPart)];
        WeightSet weights = WeightSet.Of(GetType().Name, changed);
        string[] layers = [.. weights.LayersOfExperts];
        for (int number = 0; number < layers.Length; number++)
        {
            IReadOnlyList<FeedForward> experts = weights.Experts(layers[number]);
            Upcycling upcycling = new(experts.Count, Evolution.Spawn, (ulong)Evolution.Seed);
            weights.SetExperts(layers[number], upcycling.From(experts[0], number));
            if (weights.TryGet(layers[number] + RouterPart, out Weight? router))
                weights[layers[number] + RouterPart] = upcycling.NewRouter(router.Extents, number);
        }
        weights.CopyTo(changed);
    }

    private protected override EvolutionPhase PhaseAt(long step) => Evolution.PhaseAt(step);

    private protected override void Enter(EvolutionPhase next, OptimizerState state)
    {
        if (Phase != EvolutionPhase.Base)
            return;
        Spawn();
        foreach (Parameter parameter in ExpertParameters)
            state.Spread(parameter, isReset: Evolution.ResetsMoments);
    }
}
