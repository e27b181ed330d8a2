namespace MoECompiler.Training;

/// <summary>A straight line from the full learning rate to a fraction of it.</summary>
public sealed class LinearSchedule : LearningRateSchedule
{
    /// <summary>The factor where the training ends.</summary>
    public double FinalFactor { get; init; }

    private protected override double Course(double progress) => 1 + (FinalFactor - 1) * progress;
}
