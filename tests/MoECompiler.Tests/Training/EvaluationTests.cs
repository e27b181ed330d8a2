using MoECompiler.Data;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

public sealed class EvaluationTests : IDisposable
{
    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Evaluate_AnyBatchSize_GivesTheSameMeansAndSums()
    {
        using SoftmaxRegression model = new(_device, Clusters.Features, Clusters.Classes);
        for (int i = 0; i < model.Parameters[0].Count; i++)
            model.Parameters[0].Value.Span[i] = 0.1f * i;
        using Evaluator evaluator = new(model, new Accuracy("logits", "labels"));
        EvaluationReport whole = evaluator.Evaluate(Clusters.Load(_device, batchSize: 203));
        EvaluationReport inParts = evaluator.Evaluate(Clusters.Load(_device, batchSize: 16));
        Assert.Equal(203, inParts.Rows);
        Assert.Equal(whole.Loss, inParts.Loss, 1e-6);
        Assert.Equal(whole["accuracy"], inParts["accuracy"]);
        Assert.Equal(whole.Find("given").Values, inParts.Find("given").Values);
    }

    [Fact]
    public void Accuracy_CountsRowsWhoseGreatestScoreIsTheirClass()
    {
        // Right; wrong; the first of equal scores; NaN is right about nothing.
        Accuracy accuracy = new("scores", "classes");
        accuracy.Add(Labels(1, 0, 0, 0), Scores([0, 2, 1], [0, 2, 1], [3, 3, 3], [float.NaN, float.NaN, float.NaN]));
        Assert.Equal(0.5, accuracy.Value);
        accuracy.Add(Labels(2), Scores([float.NaN, 0, 1]));
        Assert.Equal(0.6, accuracy.Value);
        accuracy.Reset();
        Assert.Equal(double.NaN, accuracy.Value);
    }

    [Fact]
    public void BinaryAccuracy_CountsRowsWhoseScoreHasTheSignOfTheirClass()
    {
        // Right, wrong, right, wrong; 0 says no; NaN is right about nothing.
        BinaryAccuracy accuracy = new("scores", "classes");
        using Batch batch = new(_device, 6, new TensorSpec("classes", ElementType.Float32, default)) { Rows = 6 };
        float[] classes = [1, 1, 0, 0, 0, 1];
        classes.CopyTo(batch.Float("classes").Span);
        accuracy.Add(batch, Scores([2], [-1], [-3], [0.5f], [0], [float.NaN]));
        Assert.Equal(0.5, accuracy.Value);
    }

    [Fact]
    public void Accuracy_OtherNumberOfRows_IsRefused()
    {
        Accuracy accuracy = new("scores", "classes");
        Assert.Throws<ShapeException>(() => accuracy.Add(Labels(0, 1), Scores([1, 2])));
    }

    [Fact]
    public void Report_UnknownMetric_ListsThoseThereAre()
    {
        EvaluationReport report = new(1, [new MetricValue("loss", [1]), new MetricValue("accuracy", [0.5])]);
        Assert.Equal("There is no metric 'acuracy'; there are: loss, accuracy.", Assert.Throws<KeyNotFoundException>(() => report["acuracy"]).Message);
    }

    private Batch Labels(params int[] classes)
    {
        Batch batch = new();
        batch.Set("classes", _device.Upload<int>(classes, classes.Length));
        return batch;
    }

    private Batch Scores(params float[][] rows)
    {
        Batch batch = new();
        batch.Set("scores", _device.Upload<float>(rows.SelectMany(static row => row).ToArray(), rows.Length, rows[0].Length));
        return batch;
    }
}
