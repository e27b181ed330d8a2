namespace MoECompiler.Training;

/// <summary>
/// Zeroth-order descent: two forward passes tell how the loss changes along a random direction, and the parameters move along it. There are no
/// gradients, no backward pass and no state; only the forward pass's memory.
/// </summary>
/// <remarks>
/// z ~ N(0, 1) by seed and step; g = (L(w + Perturbation z) - L(w - Perturbation z)) / (2 Perturbation); w -= rate * (g z + WeightDecay w). z is
/// drawn anew for each of the three moves and never stored. A parameter of 16 bits keeps its 32-bit copy, so that small moves are not lost; one of
/// 32 bits moves in place, and is where it was to within the rounding of three moves. The losses are those of an evaluation: without dropout and
/// noise. The norm that is reported, and bounded by <see cref="TrainerOptions.MaximumGradientNorm"/>, is that of g. Source: Malladi et al.,
/// Fine-Tuning Language Models with Just Forward Passes, NeurIPS 2023.
/// </remarks>
public sealed class MeZo : Optimizer
{
    public MeZo() => LearningRate = 1e-6;

    /// <summary>How far the parameters move to either side; the paper's epsilon.</summary>
    public double Perturbation
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Perturbation), value, "A perturbation is finite and greater than 0.");
    } = 1e-3;

    internal override bool NeedsGradients => false;

    internal override IReadOnlyList<StateKind> States => [];

    private protected override string Settings => FormattableString.Invariant($"MeZo(Perturbation: {Perturbation}, WeightDecay: {WeightDecay})");

    internal override StepRunner NewStep(ITrainable model, OptimizerState state, TrainerOptions options)
        => new ForwardStep(model, this, state, options);

    internal override void Update(Updater updater, long step, double learningRate)
        => throw new NotSupportedException($"{nameof(MeZo)} reads no gradients: train with a {nameof(Trainer)}.");
}
