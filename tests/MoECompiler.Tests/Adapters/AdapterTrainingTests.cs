using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Tests.Training;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>A trainer trains an adapter alone: its model has no gradients and no optimizer state, and keeps its bits.</summary>
public sealed class AdapterTrainingTests : IDisposable
{
    private const int Rows = 203;
    private const int Epochs = 6;

    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Fit_AnAdapter_LearnsAndLeavesEveryBitOfTheModel()
    {
        using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
        byte[] before = TrainerTests.Bits(model);
        using RoutedAdapter adapter = new(model);
        TrainerOptions options = NewOptions() with { Epochs = 12, EvaluationMetrics = [new Accuracy("logits", "labels")] };
        using DataLoader data = Load(seed: 1), unseen = Load(seed: 2);
        using Trainer trainer = new(adapter, new AdamW { LearningRate = 0.02 }, options);
        using Evaluator evaluator = new(adapter, new Accuracy("logits", "labels"));
        double untrained = evaluator.Evaluate(unseen)["accuracy"];
        double trained = trainer.Fit(data, unseen).Evaluation!["accuracy"];
        Assert.True(untrained < 0.6 && trained > 0.9, $"{untrained} {trained}");
        Assert.Equal(before, TrainerTests.Bits(model));
    }

    /// <summary>A gradient and AdamW's two numbers for each parameter of the adapter, and nothing for the model.</summary>
    [Fact]
    public void OptimizerState_OfAnAdapter_IsOfItsParametersAlone()
    {
        using CountingDevice device = new();
        using RoutedModel model = AdapterChecks.New(new RoutedModel(device));
        using RoutedAdapter adapter = new(model);
        long before = device.AllocatedBytes;
        using OptimizerState state = new(new AdamW(), adapter);
        Assert.Equal(3 * adapter.Parameters.Sum(static p => p.FloatBytes), device.AllocatedBytes - before);
        Assert.Equal(adapter.Parameters, state.TrainedParameters);
        Assert.All(adapter.Parameters, static p => Assert.True(p.HasGradient && !p.IsFrozen));
        Assert.All(model.Parameters, static p => Assert.False(p.HasGradient));
        Assert.Contains("call AllocateGradients", Assert.Throws<InvalidOperationException>(() => model.Parameters[0].Gradient).Message, StringComparison.Ordinal);
        Assert.Equal(adapter.ParameterCount, adapter.Sites.Cast<AdapterFactors>().Sum(static s => s.Groups * s.Rank * (s.In + s.Out)));
    }

    [Fact]
    public void Fit_InterruptedAndResumed_EndsWithTheSameBits()
    {
        byte[] expected = Train(interruption: -1);
        Assert.Equal(expected, Train(interruption: 7));
        Assert.Equal(expected, Train(interruption: 40));
    }

    /// <summary>A training goes on with the weights that it began with, or not at all.</summary>
    [Fact]
    public void Resume_OverOtherWeights_IsRefused()
    {
        string checkpoint = _folder.File("checkpoint");
        using (RoutedModel model = AdapterChecks.New(new RoutedModel(_device)))
        using (RoutedAdapter adapter = new(model))
        using (Trainer trainer = new(adapter, new AdamW(), NewOptions() with { CheckpointPath = checkpoint }))
            trainer.Save(checkpoint);
        using RoutedModel other = new(_device);
        other.Initialize(78);
        using RoutedAdapter stranger = new(other);
        using Trainer again = new(stranger, new AdamW(), NewOptions());
        CheckpointException error = Assert.Throws<CheckpointException>(() => again.Resume(checkpoint));
        Assert.Contains("was trained on other weights of RoutedModel", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Counts the bytes that it gives out.</summary>
    private sealed class CountingDevice : Device
    {
        private readonly CpuDevice _inner = new(1);

        public long AllocatedBytes { get; private set; }

        public override string Name => "counts";

        public override Buffer Allocate(long bytes)
        {
            AllocatedBytes += bytes;
            return _inner.Allocate(bytes);
        }

        public override Buffer AllocateShared(long bytes) => Allocate(bytes);

        internal override bool PagesRows => _inner.PagesRows;

        internal override Buffer AllocatePaged(long bytes, StatePaging paging) => _inner.AllocatePaged(bytes, paging);

        internal override long WindowBytes(long bytes, StatePaging paging) => _inner.WindowBytes(bytes, paging);

        internal override Updater CreateUpdater(IReadOnlyList<TrainedParameter> trained, float gradientBound) => _inner.CreateUpdater(trained, gradientBound);

        internal override void Clear(FloatView values, View<byte> where) => _inner.Clear(values, where);

        public override void Dispose() => _inner.Dispose();
    }

    private byte[] Train(int interruption)
    {
        string checkpoint = _folder.File($"checkpoint{interruption}");
        while (true)
        {
            using RoutedModel model = AdapterChecks.New(new RoutedModel(_device));
            using RoutedAdapter adapter = new(model);
            using CancellationTokenSource source = new();
            TrainerOptions options = NewOptions() with
            {
                CheckpointPath = checkpoint,
                OnStep = step =>
                {
                    if (step.Step + 1 == interruption)
                        source.Cancel();
                },
            };
            using DataLoader data = Load(seed: 1);
            using Trainer trainer = new(adapter, new AdamW { LearningRate = 0.01 }, options);
            if (File.Exists(checkpoint))
                trainer.Resume(checkpoint);
            try
            {
                trainer.Fit(data, cancellationToken: source.Token);
                return TrainerTests.Bits(adapter);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(interruption, trainer.Step);
            }
        }
    }

    private static TrainerOptions NewOptions() => new() { Epochs = Epochs, Seed = 3, MaximumGradientNorm = 1, ProgressInterval = TimeSpan.FromDays(1) };

    private DataLoader Load(int seed) => CompiledModelTrainingTests.Load(_device, seed);
}
