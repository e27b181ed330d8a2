namespace MoECompiler.Training;

/// <summary>What the optimizer's learning rate is multiplied by, step for step.</summary>
public abstract class LearningRateSchedule
{
    private protected LearningRateSchedule()
    {
    }

    /// <summary>For how many steps the rate rises in equal parts before it takes its course: 1/n at the first, 1 at step n - 1.</summary>
    public long WarmUpSteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>The factor of a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="steps">The steps of the whole training.</param>
    public double Factor(long step, long steps)
    {
        if (step < WarmUpSteps)
            return (step + 1) / (double)WarmUpSteps;
        long course = steps - WarmUpSteps;
        return course <= 0 ? 1 : Course(Math.Min(1, (step - WarmUpSteps) / (double)course));
    }

    /// <summary>The factor after the warm-up.</summary>
    /// <param name="progress">From 0 at the first step after the warm-up to 1 at the end of the training.</param>
    private protected abstract double Course(double progress);
}
