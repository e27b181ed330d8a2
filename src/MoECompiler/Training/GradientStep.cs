using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>A step that computes gradients, and has the optimizer update the parameters by them.</summary>
internal sealed class GradientStep(ITrainable model, Optimizer optimizer, OptimizerState state, TrainerOptions options)
    : StepRunner(model, optimizer, options)
{
    private const string Advice =
        "A lower learning rate, a warm-up or a bound of the gradient's norm may help. The weights are those before the step.";

    public override int Run(DataLoader data, int batches, long steps)
    {
        using Lock.Scope inside = Model.Gate.Enter();
        state.BeginStep();
        long step = state.Step;
        long position = data.Position;
        SetLearningRate(step, steps);
        while (true)
        {
            int rows = Backward(data, batches);
            (GradientNorm, bool isMade) = state.TryUpdate(LearningRate, MaximumNorm, Metrics, state.LossScale.Scale);
            if (isMade)
            {
                if (Options.LossScaling is { } rule)
                    state.LossScale = state.LossScale.Grown(rule);
                return rows;
            }
            if (Metrics.FindNotFinite() is not null || state.LossScale.Scale == 1)
                break;
            state.LossScale = state.LossScale.Halved;
            data.Seek(position);
        }
        if (Metrics.FindNotFinite() is var (name, number))
            throw new TrainingException($"Step {step}: {name} is {number}. {Advice}");
        throw new TrainingException($"Step {step}: the gradient of {FindNotFiniteGradient()} is not finite; the loss is {Metrics.Loss}. {Advice}");
    }

    /// <summary>The gradients of some batches together, with the loss's scale.</summary>
    /// <returns>How many rows they have.</returns>
    private int Backward(DataLoader data, int batches)
    {
        if (Model is Model scaled)
            scaled.LossScale = state.LossScale.Scale;
        int rows = 0;
        for (int i = 0; i < batches; i++)
        {
            Batch batch = data.Next();
            Model.Backward(batch, new RandomState(Options.Seed, state.Step * Options.AccumulatedBatches + i), Metrics.Written);
            if (batches > 1)
                state.Accumulate(rows, batch.Rows, isLast: i == batches - 1);
            rows += batch.Rows;
        }
        return rows;
    }

    /// <summary>The path of the first parameter whose gradient has NaN or infinity.</summary>
    private string FindNotFiniteGradient()
    {
        foreach (Parameter parameter in state.TrainedParameters)
        {
            bool isFinite = true;
            HostBlocks.Read(parameter.IsTrainedByRows ? parameter.RowGradient.Values : parameter.Gradient, (elements, _) =>
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
