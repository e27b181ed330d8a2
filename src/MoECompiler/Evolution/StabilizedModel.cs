namespace MoECompiler;

/// <summary>
/// What a generated model with <see cref="StabilizeAttribute">[Stabilize]</see> derives from: a router chooses and a light one learns what, then the
/// light one chooses, which nothing changes any more.
/// </summary>
public abstract class StabilizedModel : PhasedModel
{
    /// <summary>Called by generated code.</summary>
    /// <param name="device">Of the model.</param>
    /// <param name="stabilization">When the second phase begins.</param>
    /// <param name="layers">The paths of the routed layers that have phases.</param>
    protected StabilizedModel(Device device, Stabilization stabilization, IReadOnlyList<string> layers) : base(device, layers) => Stabilization = stabilization;

    /// <summary>When the second phase begins.</summary>
    public Stabilization Stabilization { get; }

    internal override string TrainedAs => Stabilization.ToString();

    /// <summary>While the router chooses, what would be served with; then the router has nothing to say.</summary>
    private protected override EvolutionPhase? Other => Phase == EvolutionPhase.Learning ? EvolutionPhase.Sparse : null;

    private protected override EvolutionPhase PhaseAt(long step) => Stabilization.PhaseAt(step);
}
