using MoECompiler.Training;

namespace FashionMoE;

/// <summary>Keeps what a training tells of itself, and passes it on.</summary>
internal sealed class TrainingHistory
{
    private readonly List<(double Epoch, double Loss)> _training = [];
    private readonly List<(double Epoch, EvaluationReport Report)> _evaluations = [];

    /// <summary>The loss of training steps, by the epochs that are done.</summary>
    public IReadOnlyList<(double Epoch, double Loss)> Training => _training;

    /// <summary>What the test images gave after each epoch.</summary>
    public IReadOnlyList<(double Epoch, EvaluationReport Report)> Evaluations => _evaluations;

    /// <summary>A listener that keeps what it is told before <paramref name="next"/> is told.</summary>
    public IProgress<TrainingProgress> Before(IProgress<TrainingProgress> next) => new Listener(this, next);

    private sealed class Listener(TrainingHistory history, IProgress<TrainingProgress> next) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress progress)
        {
            double epoch = progress.Step * (double)progress.Epochs / progress.Steps;
            history._training.Add((epoch, progress.Loss));
            if (progress.Evaluation is { } evaluation)
                history._evaluations.Add((epoch, evaluation));
            next.Report(progress);
        }
    }
}
