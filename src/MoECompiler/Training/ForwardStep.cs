using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>A step of two forward passes on either side of the parameters; see <see cref="MeZo"/>.</summary>
internal sealed class ForwardStep(ITrainable model, MeZo optimizer, OptimizerState state, TrainerOptions options)
    : StepRunner(model, optimizer, options)
{
    private Batch _results = new();

    public override int Run(DataLoader data, int batches, long steps)
    {
        using Lock.Scope inside = Model.Gate.Enter();
        state.BeginStep();
        RandomState random = new(Options.Seed, state.Step);
        SetLearningRate(state.Step, steps);
        float far = (float)optimizer.Perturbation;
        long first = data.Position;

        state.Perturb(new Perturbation(random, From: 0, To: far));
        float above = Loss(data, first, batches, out int rows);
        state.Perturb(new Perturbation(random, From: far, To: -far));
        float below = Loss(data, first, batches, out _);
        double slope = ((double)above - below) / (2 * (double)far);
        GradientNorm = Math.Abs(slope);
        if (!double.IsFinite(slope))
        {
            state.Perturb(new Perturbation(random, From: -far, To: 0));
            throw new TrainingException(
                $"Step {state.Step}: the losses on either side are {above} and {below}. A lower learning rate or a smaller perturbation may help. " +
                "The weights are those before the step, to within rounding.");
        }
        state.Perturb(new Perturbation(random, From: -far, To: 0)
        {
            Slope = slope * GradientClip.Scale(GradientNorm, MaximumNorm),
            LearningRate = LearningRate,
        });
        state.Count();
        return rows;
    }

    public override void Dispose()
    {
        base.Dispose();
        _results.Dispose();
    }

    /// <summary>The mean over the rows of all batches from a position on.</summary>
    private float Loss(DataLoader data, long first, int batches, out int rows)
    {
        data.Seek(first);
        rows = 0;
        double sum = 0;
        for (int i = 0; i < batches; i++)
        {
            Batch batch = data.Next();
            ReserveResults(batch.Rows);
            Model.Evaluate(batch, _results, Metrics.Last);
            rows += batch.Rows;
            sum += (double)Metrics.Loss * batch.Rows;
        }
        return (float)(sum / rows);
    }

    private void ReserveResults(int rows)
    {
        if (rows > _results.MaximumRows)
        {
            _results.Dispose();
            _results = new Batch(Model.Device, rows, Model.Results);
        }
        _results.Rows = rows;
    }
}
