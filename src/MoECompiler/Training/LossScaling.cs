namespace MoECompiler.Training;

/// <summary>
/// Keeps the slopes of a model of <see cref="Precision.Float16"/> within the range of 16 bits: the loss's derivative is multiplied by a scale before
/// the backward pass, and the gradients are divided by it after. A step whose gradients overflow changes nothing and is made again with half the
/// scale; after many steps without one the scale doubles.
/// </summary>
/// <remarks>
/// Losses, metrics, the gradients' norm and its bound are those without a scale; <see cref="Parameter.Gradient"/> has it until the next step. Scales
/// are powers of two, which cost no digits. The scale goes with the checkpoint. Source: Micikevicius et al., Mixed Precision Training, ICLR 2018.
/// </remarks>
public sealed record LossScaling
{
    /// <summary>The scale of the first step: a power of two from 1 to 2^24.</summary>
    public int Initial
    {
        get;
        init => field = value is >= 1 and <= Greatest && int.IsPow2(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Initial), value, "A scale is a power of two from 1 to 2^24.");
    } = 1 << 16;

    /// <summary>After how many steps in a row without overflow the scale doubles.</summary>
    public int GrowthSteps
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(GrowthSteps), value, "At least one step lies between two scales.");
    } = 2_000;

    internal const int Greatest = 1 << 24;
}
