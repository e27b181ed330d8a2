using MoECompiler.Checkpoints;
using MoECompiler.Training;

namespace MoECompiler;

/// <summary>
/// What a generated model derives from whose training goes through phases: several programs over the same weights, all of them compiled when it
/// was built. <see cref="Phase"/> says which one runs.
/// </summary>
public abstract class PhasedModel : Model
{
    private const string PhaseKey = "evolution.phase";

    private readonly IReadOnlyList<string> _layers;
    private readonly Dictionary<EvolutionPhase, TrainedParts> _parts = [];

    /// <param name="device">Of the model.</param>
    /// <param name="layers">The paths of the routed layers that have phases.</param>
    protected PhasedModel(Device device, IReadOnlyList<string> layers) : base(device) => _layers = layers;

    /// <summary>
    /// Which program runs: what Forward, Backward and Evaluate mean, and <c>Reference</c>. A training sets it at each step, and a file that the model
    /// was saved to holds it.
    /// </summary>
    public EvolutionPhase Phase { get; set; }

    /// <summary>The parameters with the experts of the layers that have phases: of each the first extent, or of repeated layers the second, is that of experts.</summary>
    internal IEnumerable<Parameter> ExpertParameters => OfLayers(WeightSet.ExpertsPart).Where(static parameter =>
        parameter.Extents.Rank - (parameter.Layers > 0 ? 1 : 0) == (parameter.CheckpointName.EndsWith(".bias", StringComparison.Ordinal) ? 2 : 3));

    /// <summary>What a step changes in the phase: all of an expert that has rows, and no weight that the phase's program does not use.</summary>
    internal sealed override TrainedParts? TrainedParts
    {
        get
        {
            if (!_parts.TryGetValue(Phase, out TrainedParts? parts))
                _parts.Add(Phase, parts = new TrainedParts(PartsIn(Phase)));
            return parts;
        }
    }

    /// <summary>The program that an evaluation measures beside the one that runs; null for none.</summary>
    private protected abstract EvolutionPhase? Other { get; }

    /// <summary>Whether the phase has several experts a layer.</summary>
    private protected virtual bool HasExperts => true;

    /// <summary>The phase of a training step, counted from 0.</summary>
    private protected abstract EvolutionPhase PhaseAt(long step);

    /// <summary>The paths of the parameters that a phase's program does not train.</summary>
    protected virtual IReadOnlyList<string> UntrainedIn(EvolutionPhase phase) => [];

    /// <summary>The next step is the first of another phase.</summary>
    private protected virtual void Enter(EvolutionPhase next, OptimizerState state)
    {
    }

    internal override void BeginStep(long step, OptimizerState state)
    {
        EvolutionPhase next = PhaseAt(step);
        if (next != Phase)
            Enter(next, state);
        Phase = next;
    }

    /// <summary>The metrics of the other program, and how alike the experts of each layer are.</summary>
    /// <param name="measure">Measures the model in the phase that it is in.</param>
    internal override IReadOnlyList<MetricValue> FurtherMetrics(Func<EvaluationReport> measure)
    {
        using Lock.Scope inside = Gate.Enter();
        if (!HasExperts)
            return [];
        WeightSet weights = WeightSet.Of(GetType().Name, ExpertParameters);
        return
        [
            .. Other is { } other ? MetricsIn(other, measure) : [],
            .. weights.LayersOfExperts.Select(layer => new MetricValue($"{layer}.similarity", [ExpertSimilarity.Mean(weights.Experts(layer))])),
        ];
    }

    internal override void Describe(SafetensorsWriter writer) => writer.SetMetadata(PhaseKey, Phase.ToString());

    internal override void WasLoaded(Checkpoint checkpoint) =>
        Phase = Enum.TryParse(checkpoint.Metadata.GetValueOrDefault(PhaseKey), out EvolutionPhase phase) ? phase : EvolutionPhase.Sparse;

    /// <summary>The parameters of the layers that have phases whose name in a file has a part.</summary>
    private protected IEnumerable<Parameter> OfLayers(string part) => Parameters.Where(parameter =>
        parameter.CheckpointName.Contains(part, StringComparison.Ordinal) && _layers.Any(layer => parameter.Path.StartsWith(layer + ".", StringComparison.Ordinal)));

    private MetricValue[] MetricsIn(EvolutionPhase other, Func<EvaluationReport> measure)
    {
        EvolutionPhase own = Phase;
        Phase = other;
        try
        {
            return [.. measure().Metrics.Select(metric => metric with { Name = $"{other.ToString().ToLowerInvariant()}.{metric.Name}" })];
        }
        finally
        {
            Phase = own;
        }
    }

    private Dictionary<Parameter, IReadOnlyList<ElementRange>> PartsIn(EvolutionPhase phase)
    {
        Dictionary<Parameter, IReadOnlyList<ElementRange>> parts = [];
        foreach (Parameter parameter in HasExperts ? [] : ExpertParameters)
            parts[parameter] = TrainedParts.FirstExperts(parameter);
        foreach (string path in UntrainedIn(phase))
            parts[Parameters.First(parameter => parameter.Path == path)] = [];
        return parts;
    }
}
