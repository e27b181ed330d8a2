namespace MoECompiler.Training;

/// <summary>
/// A training cannot go on; the message names the step and what went wrong there. The weights are those before that step.
/// </summary>
public sealed class TrainingException(string message) : Exception(message);
