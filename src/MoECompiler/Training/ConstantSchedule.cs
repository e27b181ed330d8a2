namespace MoECompiler.Training;

/// <summary>The full learning rate to the end.</summary>
public sealed class ConstantSchedule : LearningRateSchedule
{
    private protected override double Course(double progress) => 1;
}
