using MoECompiler.Data;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Quantization;

/// <summary>QLoRA beside LoRA and full training: what it remembers and what it learns.</summary>
public sealed class QuantizedTrainingTests : IDisposable
{
    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    /// <summary>Matrices have 4.127 bits in place of 32, biases and routers keep theirs; and what trains is the adapter's.</summary>
    [Fact]
    public void Memory_OfTraining_IsThatOf4BitsAndOfTheAdapter()
    {
        using FullMixture full = new(_device);
        using SmallMixture small = new(_device);
        using FullMixtureLora fullLora = new(full);
        using SmallMixtureLora smallLora = new(small);
        Parameter[] matrices = [.. small.Parameters.Where(static p => p.ElementType == ElementType.Nf4)];
        Assert.Equal(
            ["Body.Stem.Weight", "Body.Experts.Up", "Body.Experts.Down", "Body.Head.Weight"], matrices.Select(static p => p.Path));
        long elements = matrices.Sum(static p => p.Count), bytes = matrices.Sum(static p => p.Quantized.Bytes);
        // The mean and the last scale of each of ten matrices, beside 4.127 bits an element.
        Assert.Equal(4 + 8.0 / 64 + 32.0 / (64 * 256), 8.0 * (bytes - 10 * 16) / elements, 0.01);
        long rest = full.Parameters.Where(p => !matrices.Any(m => m.Path == p.Path)).Sum(static p => p.ValueBytes);
        Assert.Equal(rest, small.Parameters.Except(matrices).Sum(static p => p.ValueBytes));

        long ofFull = Peak(full, full), ofLora = Peak(full, fullLora), ofSmall = Peak(small, smallLora);
        Assert.True(ofSmall < 0.45 * ofLora && ofSmall < 0.15 * ofFull, $"{ofSmall:N0} {ofLora:N0} {ofFull:N0}");

        // Weights, gradients, AdamW's two moments, and the values between two layers of a step of 16 rows.
        long Peak<TModel>(Model @base, TModel trained) where TModel : Model, ITrainable
        {
            using OptimizerState state = new(new AdamW(), trained);
            Step(trained);
            return @base.Parameters.Sum(static p => p.ValueBytes) + (ReferenceEquals(@base, trained) ? 0 : trained.Parameters.Sum(static p => p.ValueBytes))
                + trained.GradientBytes + state.Bytes + trained.PeakArenaBytes;
        }

        void Step<TModel>(TModel trained) where TModel : Model, ITrainable
        {
            Batch batch = new();
            batch.Set("x", _device.New<float>(16, Mixture.Columns));
            batch.Set("labels", _device.New<int>(16));
            trained.Backward(batch, new RandomState(1, 0), _device.New<float>(trained.Metrics.Sum(static m => m.Count)));
        }
    }

    /// <summary>A model of one task is adapted to another: in 4 bits it is as good, within two points of a hundred.</summary>
    [Fact]
    public void Fit_OnFourBits_LearnsAboutAsWell()
    {
        using FullMixture full = new(_device);
        full.Initialize(3);
        Fit(full, task: 0, epochs: 6);
        full.Save(_folder.File("full"));
        using SmallMixture small = SmallMixture.Load(_folder.File("full"), _device);
        using FullMixtureLora fullLora = new(full);
        using SmallMixtureLora smallLora = new(small);
        double untrained = Accuracy(smallLora, task: 1);
        double ofFull = Fit(fullLora, task: 1, epochs: 8), ofSmall = Fit(smallLora, task: 1, epochs: 8);
        Assert.True(untrained < 0.4 && ofFull > 0.75 && ofSmall > ofFull - 0.02, $"{untrained} {ofFull} {ofSmall}");
    }

    private double Fit<TModel>(TModel model, int task, int epochs) where TModel : Model, ITrainable
    {
        using DataLoader data = Load(task, seed: 1, rows: 1_024);
        using Trainer trainer = new(model, new AdamW { LearningRate = 0.003 }, new TrainerOptions { Epochs = epochs });
        trainer.Fit(data);
        return Accuracy(model, task);
    }

    private double Accuracy<TModel>(TModel model, int task) where TModel : Model, ITrainable
    {
        using DataLoader unseen = Load(task, seed: 2, rows: 1_024);
        using Evaluator evaluator = new(model, new Accuracy("logits", "labels"));
        return evaluator.Evaluate(unseen)["accuracy"];
    }

    /// <summary>Which of four directions, drawn by the task's number, a point lies nearest to.</summary>
    private DataLoader Load(int task, int seed, int rows)
    {
        float[][] directions = [.. Enumerable.Range(0, Mixture.Classes).Select(i => new Ops.Source(100 + 10 * task + i).Normal(Mixture.Columns).Floats)];
        float[] x = new Ops.Source(seed).Normal(rows, Mixture.Columns).Floats;
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, Mixture.Classes).MaxBy(
            c => directions[c].Zip(x.AsSpan(row * Mixture.Columns, Mixture.Columns).ToArray()).Sum(static p => p.First * p.Second)))];
        return new DataLoader(_device, new Dataset(new FloatColumn("x", x, Mixture.Columns), new IntegerColumn("labels", labels)), batchSize: 32, seed: 5);
    }
}
