using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>Makes one step of a training and keeps what was measured of it.</summary>
internal abstract class StepRunner(ITrainable model, Optimizer optimizer, TrainerOptions options) : IDisposable
{
    public ModelMetrics Metrics { get; } = new(model);

    /// <summary>Of the last step, with the schedule's factor.</summary>
    public double LearningRate { get; private set; }

    /// <summary>Of the last step, before clipping.</summary>
    public double GradientNorm { get; private protected set; }

    private protected ITrainable Model { get; } = model;

    private protected TrainerOptions Options { get; } = options;

    private protected double MaximumNorm => Options.MaximumGradientNorm ?? double.PositiveInfinity;

    /// <summary>Updates the parameters, while no other thread is in the model.</summary>
    /// <param name="data">Gives the batches, from where it is.</param>
    /// <param name="batches">How many make the step.</param>
    /// <param name="steps">The steps of the whole training, for the schedule.</param>
    /// <returns>The rows of all batches.</returns>
    /// <exception cref="TrainingException">A metric or a gradient is not finite; the parameters are as they were.</exception>
    public abstract int Run(DataLoader data, int batches, long steps);

    public virtual void Dispose() => Metrics.Dispose();

    private protected void SetLearningRate(long step, long steps) => LearningRate = optimizer.LearningRate * Options.Schedule.Factor(step, steps);
}
