using MoECompiler.Checkpoints;
using MoECompiler.Training;

namespace MoECompiler;

/// <summary>
/// What a generated model with <see cref="EvolveAttribute">[Evolve]</see> derives from: several programs over the same weights, all of them
/// compiled when it was built. <see cref="Phase"/> says which one runs.
/// </summary>
public abstract class EvolvingModel : Model
{
    private const string PhaseKey = "evolution.phase";
    private const string RouterPart = ".router.weight";

    private readonly IReadOnlyList<string> _layers;

    /// <summary>Called by generated code.</summary>
    /// <param name="device">Of the model.</param>
    /// <param name="evolution">When phases begin, and how experts are made.</param>
    /// <param name="layers">The paths of the routed layers that evolve.</param>
    protected EvolvingModel(Device device, Evolution evolution, IReadOnlyList<string> layers) : base(device)
    {
        Evolution = evolution;
        _layers = layers;
    }

    /// <summary>When phases begin, and how experts are made.</summary>
    public Evolution Evolution { get; }

    /// <summary>
    /// Which program runs: what Forward, Backward and Evaluate mean, and <c>Reference</c>. A training sets it at each step, and a file that the model
    /// was saved to holds it.
    /// </summary>
    public EvolutionPhase Phase { get; set; }

    /// <summary>The parameters with the experts of the layers that evolve: of each the first extent, or of repeated layers the second, is that of experts.</summary>
    internal IEnumerable<Parameter> ExpertParameters => OfLayers(WeightSet.ExpertsPart);

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

    internal override string TrainedAs => Evolution.ToString();

    internal override void BeginStep(long step, OptimizerState state)
    {
        EvolutionPhase next = Evolution.PhaseAt(step);
        if (Phase == EvolutionPhase.Base && next != EvolutionPhase.Base)
        {
            Spawn();
            foreach (Parameter parameter in ExpertParameters)
                state.Spread(parameter, isReset: Evolution.ResetsMoments);
        }
        Phase = next;
    }

    /// <summary>The metrics of the other phase, and how alike the experts of each layer are.</summary>
    /// <param name="measure">Measures the model in the phase that it is in.</param>
    internal override IReadOnlyList<MetricValue> FurtherMetrics(Func<EvaluationReport> measure)
    {
        using Lock.Scope inside = Gate.Enter();
        EvolutionPhase own = Phase;
        if (own == EvolutionPhase.Base)
            return [];
        Phase = own == EvolutionPhase.Dense ? EvolutionPhase.Sparse : EvolutionPhase.Dense;
        try
        {
            string prefix = Phase == EvolutionPhase.Dense ? "dense." : "sparse.";
            IEnumerable<MetricValue> other = measure().Metrics.Select(metric => metric with { Name = prefix + metric.Name });
            WeightSet weights = WeightSet.Of(GetType().Name, ExpertParameters);
            return [.. other, .. weights.LayersOfExperts.Select(layer => new MetricValue($"{layer}.similarity", [ExpertSimilarity.Mean(weights.Experts(layer))]))];
        }
        finally
        {
            Phase = own;
        }
    }

    internal override void Describe(SafetensorsWriter writer) => writer.SetMetadata(PhaseKey, Phase.ToString());

    internal override void WasLoaded(Checkpoint checkpoint) =>
        Phase = Enum.TryParse(checkpoint.Metadata.GetValueOrDefault(PhaseKey), out EvolutionPhase phase) ? phase : EvolutionPhase.Sparse;

    private IEnumerable<Parameter> OfLayers(string part) => Parameters.Where(parameter =>
        parameter.CheckpointName.Contains(part, StringComparison.Ordinal) && _layers.Any(layer => parameter.Path.StartsWith(layer + ".", StringComparison.Ordinal)));
}
