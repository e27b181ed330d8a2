namespace MoECompiler.Training;

/// <summary>How a training ended.</summary>
/// <param name="Steps">The steps of the whole training, those before a resumption included.</param>
/// <param name="Evaluation">The last evaluation, of the weights that the model has; null where nothing was evaluated.</param>
/// <param name="Elapsed">The time that this call took, evaluations and checkpoints included.</param>
public sealed record TrainingReport(long Steps, EvaluationReport? Evaluation, TimeSpan Elapsed)
{
    /// <summary>Whether the training ended before its last step, as evaluations no longer improved.</summary>
    public bool IsStoppedEarly { get; init; }

    /// <summary>How many weights are 0, of a training that prunes.</summary>
    public SparsityReport? Sparsity { get; init; }
}
