using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>Makes one step of a training and keeps what was measured of it.</summary>
internal sealed class StepRunner(ITrainable model, Optimizer optimizer, OptimizerState state, TrainerOptions options) : IDisposable
{
    private const string Advice =
        "A lower learning rate, a warm-up or a bound of the gradient's norm may help. The weights are those before the step.";

    public ModelMetrics Metrics { get; } = new(model);

    /// <summary>Of the last step, with the schedule's factor.</summary>
    public double LearningRate { get; private set; }

    /// <summary>Of the last step, before clipping.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>Computes gradients and updates the parameters, while no other thread is in the model.</summary>
    /// <param name="batch">What is learned.</param>
    /// <param name="steps">The steps of the whole training, for the schedule.</param>
    /// <exception cref="TrainingException">A metric or a gradient is not finite; the parameters are as they were.</exception>
    public void Run(Batch batch, long steps)
    {
        using Lock.Scope inside = model.Gate.Enter();
        long step = state.Step;
        model.Backward(batch, new RandomState(options.Seed, step), Metrics.Written);
        LearningRate = optimizer.LearningRate * options.Schedule.Factor(step, steps);
        (GradientNorm, bool isMade) = state.TryUpdate(LearningRate, options.MaximumGradientNorm ?? double.PositiveInfinity, Metrics);
        if (isMade)
            return;
        if (Metrics.FindNotFinite() is var (name, number))
            throw new TrainingException($"Step {step}: {name} is {number}. {Advice}");
        throw new TrainingException($"Step {step}: the gradient of {FindNotFiniteGradient()} is not finite; the loss is {Metrics.Loss}. {Advice}");
    }

    public void Dispose() => Metrics.Dispose();

    /// <summary>The path of the first parameter whose gradient has NaN or infinity.</summary>
    private string FindNotFiniteGradient()
    {
        foreach (Parameter parameter in state.TrainedParameters)
        {
            bool isFinite = true;
            HostBlocks.Read(parameter.Gradient, (elements, _) =>
            {
                foreach (float element in elements)
                    isFinite &= float.IsFinite(element);
            });
            if (!isFinite)
                return parameter.Path;
        }
        throw new InvalidOperationException("All gradients are finite.");
    }
}
