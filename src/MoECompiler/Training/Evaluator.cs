using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>Measures a model on whole data sets, without dropout and noise, in memory that it keeps.</summary>
/// <param name="model">What is measured.</param>
/// <param name="metrics">What is measured beside the model's own metrics.</param>
public sealed class Evaluator(ITrainable model, params IEnumerable<EvaluationMetric> metrics) : IDisposable
{
    private readonly EvaluationMetric[] _metrics = [.. metrics];
    private readonly ModelMetrics _modelMetrics = new(model);
    private Batch _results = new();

    /// <summary>
    /// Goes once through a data set, from its beginning. A model with <see cref="EvolveAttribute">[Evolve]</see> is measured in its phase and, once it
    /// has experts, in the other one too: as <c>sparse.</c> what it would serve with, as <c>dense.</c> with all experts.
    /// </summary>
    /// <exception cref="ShapeException">The data have not the columns that the model takes.</exception>
    /// <exception cref="NotSupportedException">A result of the model has an extent that is known only from the inputs.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public EvaluationReport Evaluate(DataLoader data, CancellationToken cancellationToken = default)
    {
        EvaluationReport report = Measure(data, cancellationToken);
        return (model as Model)?.FurtherMetrics(() => Measure(data, cancellationToken)) is { Count: > 0 } further
            ? report with { Metrics = [.. report.Metrics, .. further] }
            : report;
    }

    private EvaluationReport Measure(DataLoader data, CancellationToken cancellationToken)
    {
        TensorSpec.Check(model.Inputs, data.Columns);
        _modelMetrics.Clear();
        foreach (EvaluationMetric metric in _metrics)
            metric.Reset();

        ReserveResults(Math.Min(data.BatchSize, data.Rows));
        long rows = 0;
        data.Seek(0);
        for (int i = 0; i < data.BatchesPerEpoch; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Batch batch = data.Next();
            Add(batch);
            rows += batch.Rows;
        }
        IEnumerable<MetricValue> measured = _metrics.Select(static metric => new MetricValue(metric.Name, [metric.Value]));
        return new EvaluationReport(rows, [.. _modelMetrics.Totals, .. measured]);
    }

    public void Dispose()
    {
        _modelMetrics.Dispose();
        _results.Dispose();
    }

    private void ReserveResults(int rows)
    {
        if (rows <= _results.MaximumRows)
            return;
        _results.Dispose();
        _results = new Batch(model.Device, rows, model.Results);
    }

    private void Add(Batch batch)
    {
        _results.Rows = batch.Rows;
        model.Evaluate(batch, _results, _modelMetrics.Last);
        _modelMetrics.Add(batch.Rows);
        foreach (EvaluationMetric metric in _metrics)
            metric.Add(batch, _results);
    }
}
