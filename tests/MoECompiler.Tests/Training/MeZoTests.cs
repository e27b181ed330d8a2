using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Training with forward passes alone.</summary>
public sealed class MeZoTests : IDisposable
{
    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    /// <summary>The slope is a difference of losses of 32 bits over twice the perturbation: 2e-7 / 2e-2.</summary>
    [Fact]
    public void Step_IsTheFormulaAlongTheSeedsDirection()
    {
        const double Far = 1e-2, Rate = 0.1, Decay = 0.01;
        using SoftmaxRegression model = new(_device, Clusters.Features, Clusters.Classes);
        double[][] start = [.. model.Parameters.Select((parameter, p) => Enumerable.Range(0, (int)parameter.Count).Select(i => Math.Sin(i + p)).ToArray())];
        foreach ((Parameter parameter, double[] values) in model.Parameters.Zip(start))
            parameter.Stored.CopyFrom(Array.ConvertAll(values, static value => (float)value));
        using Trainer trainer = new(
            model, new MeZo { LearningRate = Rate, Perturbation = Far, WeightDecay = Decay }, new TrainerOptions { Seed = 7 });
        using DataLoader data = Clusters.Load(_device, rows: 16), same = Clusters.Load(_device, rows: 16);
        Batch batch = same.Next();

        double[][] z = [.. model.Parameters.Select(static parameter =>
        {
            float[] direction = new float[parameter.Count];
            Distributions.FillNormal(new RandomState(7, 0, Layer: parameter.Index), site: -3, direction);
            return Array.ConvertAll(direction, static number => (double)number);
        })];
        double slope = (Loss(batch, start, z, Far) - Loss(batch, start, z, -Far)) / (2 * Far);
        trainer.Fit(data);

        Assert.Equal(1, trainer.Step);
        for (int p = 0; p < start.Length; p++)
        {
            float[] values = model.Parameters[p].Value.ToArray();
            for (int i = 0; i < values.Length; i++)
                Assert.Equal(start[p][i] - Rate * (slope * z[p][i] + Decay * start[p][i]), values[i], 2e-5 * (1 + Math.Abs(z[p][i])) * Rate + 1e-6);
        }
    }

    [Fact]
    public void Fit_SeparableClusters_LearnsThemWithoutGradients()
    {
        using SoftmaxRegression model = new(_device, Clusters.Features, Clusters.Classes);
        TrainerOptions options = new() { Epochs = 60, Seed = 1, EvaluationMetrics = [new Accuracy("logits", "labels")] };
        using Trainer trainer = new(model, new MeZo { LearningRate = 0.05, Perturbation = 1e-2 }, options);
        TrainingReport report = trainer.Fit(Clusters.Load(_device), Clusters.Load(_device, seed: 2));
        Assert.InRange(report.Evaluation!["accuracy"], 0.95, 1);
        Assert.DoesNotContain(model.Parameters, static parameter => parameter.HasGradient);
    }

    [Fact]
    public void Step_OfACompiledModel_TakesTheMemoryOfAForwardPass()
    {
        using RoutedModel forwards = new(_device), backwards = new(_device);
        using DataLoader data = new(
            _device, new Dataset(new FloatColumn("features", new float[64 * 11], 11), new IntegerColumn("labels", new int[64])), batchSize: 64);
        foreach ((RoutedModel model, Optimizer optimizer) in ((RoutedModel, Optimizer)[])[(forwards, new MeZo()), (backwards, new Sgd())])
        {
            model.Initialize(1);
            using OptimizerState state = new(optimizer, model);
            Assert.Equal(0, state.Bytes);
            using Trainer trainer = new(model, optimizer);
            trainer.Fit(data);
        }
        Assert.DoesNotContain(forwards.Parameters, static parameter => parameter.HasGradient);
        Assert.InRange(forwards.PeakArenaBytes, 1, backwards.PeakArenaBytes * 0.6);
    }

    [Fact]
    public void Fit_AnyNumberOfThreadsOrInterrupted_EndsWithTheSameBits()
    {
        byte[] expected = Train(threads: 1, stop: 0);
        Assert.Equal(expected, Train(threads: 3, stop: 0));
        Assert.Equal(expected, Train(threads: 2, stop: 5));
    }

    [Theory]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float16)]
    public void Perturb_ThereAndBack_LeavesWhatIsStoredIn16Bits(ElementType type)
    {
        using VectorModel model = new(_device, type, ("A", 1, false), ("B", 20_001, false));
        model.Randomize(new Random(1));
        using OptimizerState state = new(new MeZo(), model);
        float[][] before = [.. model.Parameters.Select(static parameter => parameter.Stored.ToArray())];
        RandomState random = new(3, 4);
        state.Perturb(new Perturbation(random, 0, 0.5f));
        Assert.NotEqual(before[1], model["B"].Stored.ToArray());
        state.Perturb(new Perturbation(random, 0.5f, -0.5f));
        state.Perturb(new Perturbation(random, -0.5f, 0));
        Assert.Equal(before, model.Parameters.Select(static parameter => parameter.Stored.ToArray()));
    }

    [Fact]
    public void Fit_ALossIsNotFinite_ThrowsAndGoesBack()
    {
        using SoftmaxRegression model = new(_device, Clusters.Features, Clusters.Classes);
        model.Parameters[0].Value.Span[0] = float.MaxValue;
        float[] before = model.Parameters[0].Value.ToArray();
        using Trainer trainer = new(model, new MeZo());
        TrainingException error = Assert.Throws<TrainingException>(() => trainer.Fit(Clusters.Load(_device)));
        Assert.StartsWith("Step 0: the losses on either side are ", error.Message);
        foreach ((float b, float now) in before.Zip(model.Parameters[0].Value.ToArray()))
            Assert.Equal(b, now, 1e-6f * (1 + Math.Abs(b)));
    }

    private byte[] Train(int threads, int stop)
    {
        using CpuDevice device = new(threads);
        using Support.TemporaryFolder folder = new();
        for (int part = 0; ; part++)
        {
            using SoftmaxRegression model = new(device, Clusters.Features, Clusters.Classes);
            using CancellationTokenSource source = new();
            TrainerOptions options = new()
            {
                Seed = 3,
                CheckpointPath = folder.File("training"),
                OnStep = step =>
                {
                    if (step.Step + 1 == stop)
                        source.Cancel();
                },
            };
            using Trainer trainer = new(model, new MeZo { LearningRate = 0.01 }, options);
            if (part > 0)
                trainer.Resume(folder.File("training"));
            if (part > 0 || stop == 0)
            {
                trainer.Fit(Clusters.Load(device));
                return TrainerTests.Bits(model);
            }
            Assert.Throws<OperationCanceledException>(() => trainer.Fit(Clusters.Load(device), cancellationToken: source.Token));
        }
    }

    private static double Loss(Batch batch, double[][] parameters, double[][] direction, double far)
    {
        double loss = 0;
        (float[] x, int[] labels) = (batch.Float("x").ToArray(), batch.Integer("labels").ToArray());
        for (int row = 0; row < labels.Length; row++)
        {
            double[] logits = new double[Clusters.Classes];
            for (int c = 0; c < logits.Length; c++)
            {
                logits[c] = parameters[1][c] + far * direction[1][c];
                for (int f = 0; f < Clusters.Features; f++)
                {
                    int at = f * Clusters.Classes + c;
                    logits[c] += x[row * Clusters.Features + f] * (parameters[0][at] + far * direction[0][at]);
                }
            }
            loss += (Math.Log(logits.Sum(Math.Exp)) - logits[labels[row]]) / labels.Length;
        }
        return loss;
    }
}
