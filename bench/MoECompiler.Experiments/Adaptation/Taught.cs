namespace MoECompiler.Experiments;

/// <summary>Accuracies of one training.</summary>
/// <param name="Task">On what was taught.</param>
/// <param name="Known">On what was known before.</param>
internal readonly record struct Measured(double Task, double Known);

/// <summary>What a way of fine-tuning came to, with several seeds.</summary>
/// <param name="LearningRate">The best of those tried.</param>
/// <param name="Trained">The parameters that were trained.</param>
/// <param name="Task">Accuracies on what was taught, a seed each.</param>
/// <param name="Known">Accuracies on what was known before, a seed each.</param>
internal sealed record Taught(double LearningRate, long Trained, double[] Task, double[] Known)
{
    public static Taught Of(double learningRate, long trained, IReadOnlyList<Measured> runs) => new(
        learningRate, trained, [.. runs.Select(static run => run.Task)], [.. runs.Select(static run => run.Known)]);

    public double MeanTask => Task.Average();

    public double MeanKnown => Known.Average();

    /// <summary>The standard error of the mean difference between two ways with the same seeds.</summary>
    public static double Error(double[] a, double[] b)
    {
        double[] differences = [.. a.Zip(b, static (x, y) => x - y)];
        double mean = differences.Average();
        return Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1) / differences.Length);
    }
}
