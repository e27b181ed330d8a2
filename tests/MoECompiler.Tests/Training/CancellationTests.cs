using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>
/// Whatever is canceled, and at whatever point: files are whole, nothing is half-done, and what goes on ends with the bits of what was
/// never canceled. The points are all calls of what the caller hands in, counted in a run that is left alone.
/// </summary>
public sealed class CancellationTests : IDisposable
{
    private const int Epochs = 2;

    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Fit_CanceledAtEachPoint_LeavesACheckpointToResumeAndGoesOn()
    {
        string path = _folder.File("checkpoint");
        using Canceler never = new(at: int.MaxValue);
        byte[] expected = Finish(path, never, resumes: false);
        Assert.True(never.Points > 3 * Epochs * 13, $"There are {never.Points} points.");

        for (int at = 0; at < never.Points; at++)
        {
            foreach (bool resumes in (bool[])[false, true])
            {
                File.Delete(path);
                using Canceler canceler = new(at);
                Assert.Equal(expected, Finish(path, canceler, resumes));
                Assert.Equal(["checkpoint"], _folder.Names());
            }
        }
    }

    /// <summary>Trains until canceled, and then to the end: with the same trainer, or with another one and another model from the file.</summary>
    private byte[] Finish(string path, Canceler canceler, bool resumes)
    {
        using SoftmaxRegression model = NewModel();
        using Trainer trainer = NewTrainer(model, path, canceler);
        try
        {
            Fit(trainer, canceler, canceler.Token);
            return TrainerTests.Bits(model);
        }
        catch (OperationCanceledException error)
        {
            Assert.Equal(canceler.Token, error.CancellationToken);
            Assert.True(File.Exists(path));
        }
        if (!resumes)
        {
            Fit(trainer, canceler, CancellationToken.None);
            return TrainerTests.Bits(model);
        }
        using SoftmaxRegression other = NewModel();
        using Trainer resumed = NewTrainer(other, path, canceler);
        resumed.Resume(path);
        Assert.Equal(trainer.Step, resumed.Step);
        Assert.Equal(TrainerTests.Bits(model), TrainerTests.Bits(other));
        Fit(resumed, canceler, CancellationToken.None);
        return TrainerTests.Bits(other);
    }

    [Fact]
    public void Evaluate_CanceledAtEachPoint_ThenMeasuresTheSame()
    {
        using SoftmaxRegression model = NewModel();
        using Canceler never = new(at: int.MaxValue);
        double expected = Measure(never, never.Token);
        for (int at = 0; at < never.Points; at++)
        {
            using Canceler canceler = new(at);
            using Evaluator evaluator = new(model, canceler);
            DataLoader data = Clusters.Load(_device);
            // Nothing is left to be canceled after the last batch.
            if (at < never.Points - 1)
                Assert.Throws<OperationCanceledException>(() => evaluator.Evaluate(data, canceler.Token));
            Assert.Equal(expected, evaluator.Evaluate(data).Metrics[0].Values[0]);
        }

        double Measure(Canceler metric, CancellationToken token)
        {
            using Evaluator evaluator = new(model, metric);
            return evaluator.Evaluate(Clusters.Load(_device), token).Metrics[0].Values[0];
        }
    }

    [Fact]
    public void Write_CanceledAtEachTensor_LeavesTheOldFile()
    {
        const int tensors = 5;
        for (int at = 0; at <= tensors; at++)
        {
            string path = _folder.Write("model", "old"u8);
            using CancellationTokenSource source = new();
            SafetensorsWriter writer = new();
            for (int i = 0; i < tensors; i++)
            {
                int number = i;
                writer.Add($"t{i}", StoredType.U8, [1], stream =>
                {
                    stream.WriteByte(1);
                    if (number == at)
                        source.Cancel();
                });
            }
            if (at == tensors)
                source.Cancel();
            Assert.Throws<OperationCanceledException>(() => writer.Write(path, source.Token));
            Assert.Equal("old", File.ReadAllText(path));
            Assert.Equal(["model"], _folder.Names());
        }
    }

    /// <summary>A token that is canceled some microseconds into it, so that it is at any point.</summary>
    [Fact]
    public void SaveAndLoad_CanceledAnyTime_DoAllOrNothing()
    {
        string path = _folder.File("model");
        using FilledModel model = new(_device, 1 << 16), reader = new(_device, 1 << 16);
        Random random = new(1);
        float inFile = 1, inReader = 1;
        model.Fill(1);
        model.Save(path);
        reader.LoadWeights(path);
        for (int attempt = 2; attempt < 100; attempt++)
        {
            model.Fill(attempt);
            if (IsDone(token => model.Save(path, cancellationToken: token)))
                inFile = attempt;
            if (IsDone(token => reader.LoadWeights(path, cancellationToken: token)))
                inReader = inFile;
            Assert.Equal(inReader, reader.Filling);
            Assert.Equal(["model"], _folder.Names());
        }
        reader.LoadWeights(path);
        Assert.Equal(inFile, reader.Filling);

        bool IsDone(Action<CancellationToken> action)
        {
            using CancellationTokenSource source = new();
            int delay = random.Next(4) == 0 ? 0 : random.Next(2_000);
            if (delay == 0)
                source.Cancel();
            else
                source.CancelAfter(TimeSpan.FromMicroseconds(delay));
            try
            {
                action(source.Token);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    [Fact]
    public void SaveAndResume_OfACanceledToken_ChangeNothing()
    {
        string path = _folder.File("checkpoint");
        using Canceler never = new(at: int.MaxValue);
        using SoftmaxRegression model = NewModel();
        using Trainer trainer = NewTrainer(model, null, never);
        trainer.Save(path);
        byte[] file = File.ReadAllBytes(path);
        Fit(trainer, never, CancellationToken.None);
        byte[] trained = TrainerTests.Bits(model);

        CancellationToken canceled = new(canceled: true);
        Assert.Throws<OperationCanceledException>(() => trainer.Save(path, canceled));
        Assert.Throws<OperationCanceledException>(() => trainer.Resume(path, canceled));
        Assert.Equal(file, File.ReadAllBytes(path));
        Assert.Equal(trained, TrainerTests.Bits(model));
        trainer.Resume(path);
        Assert.Equal(0, trainer.Step);
    }

    private SoftmaxRegression NewModel() => new(_device, Clusters.Features, Clusters.Classes) { Noise = 0.3f };

    private static Trainer NewTrainer(SoftmaxRegression model, string? path, Canceler canceler) => new(model, new AdamW { LearningRate = 0.01 }, new TrainerOptions
    {
        Epochs = Epochs,
        Seed = 3,
        CheckpointPath = path,
        CheckpointEverySteps = 5,
        EvaluateEverySteps = 4,
        EvaluationMetrics = [canceler],
        OnStep = _ => canceler.Pass(),
        ProgressInterval = TimeSpan.Zero,
    });

    private void Fit(Trainer trainer, Canceler canceler, CancellationToken token) =>
        trainer.Fit(Clusters.Load(_device), Clusters.Load(_device, rows: 40, seed: 2), canceler, token);

    /// <summary>What a training calls while it runs; cancels it at one of the calls.</summary>
    private sealed class Canceler(int at) : EvaluationMetric, IProgress<TrainingProgress>, IDisposable
    {
        private readonly CancellationTokenSource _source = new();

        /// <summary>How many calls there were.</summary>
        public int Points { get; private set; }

        public CancellationToken Token => _source.Token;

        public override string Name => "points";

        public override double Value => 0;

        public void Pass()
        {
            if (Points++ == at)
                _source.Cancel();
        }

        public override void Reset() => Pass();

        public override void Add(Batch batch, Batch results) => Pass();

        public void Report(TrainingProgress value) => Pass();

        public void Dispose() => _source.Dispose();
    }
}
