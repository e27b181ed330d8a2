namespace MoECompiler.Training;

/// <summary>Half a wave of the cosine from the full learning rate to a fraction of it.</summary>
/// <remarks>Source: Loshchilov and Hutter, SGDR, ICLR 2017, without restarts.</remarks>
public sealed class CosineSchedule : LearningRateSchedule
{
    /// <summary>The factor where the training ends.</summary>
    public double FinalFactor { get; init; }

    private protected override double Course(double progress) => FinalFactor + (1 - FinalFactor) * 0.5 * (1 + Math.Cos(Math.PI * progress));
}
