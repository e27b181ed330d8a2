using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>
/// A step that updates each parameter as soon as its gradient is made: at no time are there gradients of all. With plain <see cref="Sgd"/> it is LOMO;
/// other optimizers keep what they remember.
/// </summary>
/// <remarks>
/// A bound of the norm takes a backward pass that only measures, and then another one. Without it weights have changed by the time that a number is
/// found not to be finite. Source: Lv et al., Full Parameter Fine-tuning for Large Language Models with Limited Resources, ACL 2024.
/// </remarks>
internal sealed class FusedStep(Model fused, ITrainable model, Optimizer optimizer, OptimizerState state, TrainerOptions options)
    : StepRunner(model, optimizer, options), IGradientConsumer
{
    private bool _isMeasured;
    private double _squares;
    private double _scale;

    public override int Run(DataLoader data, int batches, long steps)
    {
        using Lock.Scope inside = Model.Gate.Enter();
        state.BeginStep();
        SetLearningRate(state.Step, steps);
        Batch batch = data.Next();
        fused.GradientConsumer = this;
        try
        {
            if (Options.MaximumGradientNorm is not null)
                Measure(batch);
            _scale = Options.MaximumGradientNorm is null ? 1 : GradientClip.Scale(GradientNorm, MaximumNorm);
            Backward(batch, isMeasured: false);
        }
        finally
        {
            fused.GradientConsumer = null;
        }
        if (Metrics.FindNotFinite() is var (name, number))
            throw new TrainingException($"Step {state.Step}: {name} is {number}. Weights have changed; a bound of the gradient's norm would have been checked before.");
        state.Count();
        return batch.Rows;
    }

    void IGradientConsumer.Use(Parameter parameter)
    {
        if (_isMeasured)
            _squares += state.GradientSquaresOf(parameter);
        else
            state.Update(parameter, LearningRate, _scale);
    }

    /// <exception cref="TrainingException">A metric or the norm is not finite; the weights are those before the step.</exception>
    private void Measure(Batch batch)
    {
        _squares = 0;
        Backward(batch, isMeasured: true);
        GradientNorm = Math.Sqrt(_squares);
        if (Metrics.FindNotFinite() is var (name, number))
            throw new TrainingException($"Step {state.Step}: {name} is {number}. The weights are those before the step.");
        if (!double.IsFinite(GradientNorm))
            throw new TrainingException($"Step {state.Step}: the gradient's norm is {GradientNorm}; the loss is {Metrics.Loss}. The weights are those before the step.");
    }

    private void Backward(Batch batch, bool isMeasured)
    {
        _isMeasured = isMeasured;
        Model.Backward(batch, new RandomState(Options.Seed, state.Step), Metrics.Last);
    }
}
