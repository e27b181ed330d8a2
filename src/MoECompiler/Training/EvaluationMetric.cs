using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>A number about how a model's results meet their targets over a whole data set.</summary>
public abstract class EvaluationMetric
{
    /// <summary>The metric in reports.</summary>
    public abstract string Name { get; }

    /// <summary>The number for all batches since the last <see cref="Reset"/>.</summary>
    public abstract double Value { get; }

    /// <summary>Forgets all batches.</summary>
    public abstract void Reset();

    /// <param name="batch">What the model was given.</param>
    /// <param name="results">What it gave, by the names of its results.</param>
    public abstract void Add(Batch batch, Batch results);
}
