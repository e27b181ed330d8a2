using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

public sealed class RoutedLayerTests : IDisposable
{
    private const int Rows = 6, Length = 5;

    /// <summary>Sums of numbers that were rounded to 32 bits.</summary>
    private const double Tolerance = 1e-6;

    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Training_OfRepeatedLayers_ReportsEachByItsName()
    {
        using LayeredModel model = new(_device);
        TrainingProgress progress = Train(model, new Dataset(Integers("tokens", 17, Length), Integers("next", 17, Length)));
        Assert.Equal(["Blocks[0].Mlp", "Blocks[1].Mlp", "Blocks[2].Mlp"], progress.Routing.Select(static layer => layer.Name));
        Assert.All(progress.Routing, static layer => Assert.Equal(2 * Rows * Length, layer.Load.Sum()));
        Assert.All(progress.Routing, static layer => Assert.Equal([0.02f, 0.01f], layer.Losses.Select(static loss => loss.Coefficient)));
        Assert.Equal(["Blocks[1].Mlp.balance", "Blocks[1].Mlp.z"], progress.Routing[1].Losses.Select(static loss => loss.Name));
        IsSumOfTerms(progress.Metrics);
        Assert.Equal(4, progress.ToString().Split('\n').Length);
        Assert.Contains("\n  Blocks[1].Mlp: load ", progress.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Training_OfLayersThatDropRows_ReportsWhatTheirLoadsSay()
    {
        using ChosenModel model = new(_device);
        TrainingProgress progress = Train(model, new Dataset(Floats("features", 7), Integers("labels", 3, 1)));
        Dictionary<string, RoutedLayer> layers = progress.Routing.ToDictionary(static layer => layer.Name);
        IsSumOfTerms(progress.Metrics);
        // 6 rows of 3 slots among 6 experts, half of them: at most 2 an expert.
        RoutedLayer prior = layers["Prior"];
        Assert.Equal(prior.Load.Sum(static slots => Math.Max(slots - 2, 0)) / prior.Load.Sum(), prior.Dropped!.Value, Tolerance);
        Assert.NotEqual(0, prior.Dropped);
        Assert.Equal(layers["Enough"].Load.Sum() / Rows, layers["Enough"].ExpertsPerRow!.Value, Tolerance);
        Assert.InRange(layers["Grouped"].GateEntropy!.Value, 0, Math.Log(ChosenModel.Experts) + Tolerance);
        Assert.Equal((null, null, null), (layers["Parted"].Dropped, layers["Parted"].ExpertsPerRow, layers["Parted"].GateEntropy));
        Assert.Contains(" experts a row, gate entropy ", layers["Enough"].ToString(), StringComparison.Ordinal);
        Assert.Contains("; 0.1 x entropy ", layers["Enough"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluation_AddsLoadsUpOverBatches()
    {
        using ChosenModel model = new(_device);
        model.Initialize(1);
        using Evaluator evaluator = new(model);
        using DataLoader data = new(_device, new Dataset(Floats("features", 7), Integers("labels", 3, 1)), batchSize: 4, isShuffled: false);
        EvaluationReport report = evaluator.Evaluate(data);
        Assert.Equal(ChosenModel.TopK * Rows, report.Routing.Single(static layer => layer.Name == "Prior").Load.Sum());
        Assert.StartsWith("loss ", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(report.Find("Enough.load").Values, report.Routing[0].Load);
    }

    private static void IsSumOfTerms(IReadOnlyList<MetricValue> metrics)
    {
        double sum = metrics.Where(static metric => metric.Coefficient != 0).Sum(static metric => metric.Coefficient * metric.Value);
        Assert.Equal(metrics[0].Value, metrics.First(static metric => metric.Name == "task").Value + sum, Tolerance);
    }

    private TrainingProgress Train<TModel>(TModel model, Dataset rows) where TModel : Model, ITrainable
    {
        model.Initialize(1);
        TrainingProgress? last = null;
        using DataLoader data = new(_device, rows, Rows);
        using Trainer trainer = new(model, new Sgd { LearningRate = 0.01 });
        trainer.Fit(data, progress: new Told(progress => last = progress));
        return last!;
    }

    private static IntegerColumn Integers(string name, int below, int width) => new(name, [.. Enumerable.Range(0, Rows * width).Select(i => (i * i + 3 * i) % below)], width > 1 ? [width] : []);

    private static FloatColumn Floats(string name, int width) => new(name, [.. Enumerable.Range(0, Rows * width).Select(static i => MathF.Sin(3 * i))], width);

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
