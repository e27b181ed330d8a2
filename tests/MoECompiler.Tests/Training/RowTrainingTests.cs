using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Tables of which a step trains the rows that it read.</summary>
public sealed class RowTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new(2);

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    /// <summary>A row that is read several times in a batch has one gradient, summed in order, and a row that is not read one of 0.</summary>
    [Fact]
    public void Fit_SgdByRows_GivesTheBitsOfTheWholeTable()
    {
        using SparseTableModel sparse = new(_device);
        using WholeTableModel whole = new(_device);
        Train(sparse, new Sgd { LearningRate = 0.1 });
        Train(whole, new Sgd { LearningRate = 0.1 });
        Assert.Equal(TrainerTests.Bits(whole), TrainerTests.Bits(sparse));
    }

    /// <summary>An optimizer that remembers does so of the rows that were read: with all of them read in each step it is the whole table's.</summary>
    [Fact]
    public void Fit_EveryRowInEachStep_GivesTheBitsOfTheWholeTable()
    {
        int[] ids = [.. Enumerable.Range(0, 400).Select(static i => i * 7 % SparseTableModel.Ids)];
        foreach (Optimizer optimizer in SomeOptimizers.Wide.Select(static name => SomeOptimizers.New(name)))
        {
            using SparseTableModel sparse = new(_device);
            using WholeTableModel whole = new(_device);
            Train(sparse, optimizer, ids, batchSize: 100);
            Train(whole, optimizer, ids, batchSize: 100);
            Assert.Equal(TrainerTests.Bits(whole), TrainerTests.Bits(sparse));
        }
    }

    /// <summary>What is not read may hold anything: no step looks at it, nor decays it.</summary>
    [Fact]
    public void Fit_RowsThatAreNotRead_AreNeitherReadNorWritten()
    {
        int[] ids = [.. Enumerable.Range(0, 90).Select(static i => i * i % 17 * 2)];
        using SparseTableModel model = new(_device), other = new(_device);
        Train(model, new AdamW { LearningRate = 0.01, WeightDecay = 0.1 }, ids);
        Train(other, new AdamW { LearningRate = 0.01, WeightDecay = 0.1 }, ids, prepare: m =>
        {
            for (int row = 0; row < SparseTableModel.Ids; row++)
            {
                if (!ids.Contains(row))
                    ((SparseTableModel)m).Words.Weight.Value.At(row).Span.Fill(float.NaN);
            }
        });
        using SparseTableModel untrained = new(_device);
        untrained.Initialize(1);
        for (int row = 0; row < SparseTableModel.Ids; row++)
        {
            float[] found = other.Words.Weight.Value.At(row).ToArray();
            bool isRead = ids.Contains(row);
            Assert.Equal(isRead ? model.Words.Weight.Value.At(row).ToArray() : [.. Enumerable.Repeat(float.NaN, SparseTableModel.Width)], found);
            Assert.Equal(!isRead, untrained.Words.Weight.Value.At(row).Span.SequenceEqual(model.Words.Weight.Value.At(row).Span));
        }
    }

    /// <summary>Memory of a step, counted: gradients and arena are as large for a million experts as for a hundred.</summary>
    [Fact]
    public void Step_MemoryOfManyExperts_TakesTheBytesOfFew()
    {
        (long gradients, long arena, long chosen) few = Bytes(8, 8), many = Bytes(1_024, 1_024);
        Assert.Equal(few.chosen, many.chosen);
        // The gradients of the keys and of all that is trained whole, and the scores of the grid's rows and columns.
        Assert.Equal(2 * 4 * 1_016 * 4, many.gradients - few.gradients);
        Assert.InRange(many.arena - few.arena, 0, 3 * 2 * 4 * 1_016 * 16);

        static (long, long, long) Bytes(int rows, int columns)
        {
            using CpuDevice device = new(1);
            using MemoryModel model = new(new MemoryModelSizes { Rows = rows, Columns = columns }, device);
            model.Initialize(1);
            model.AllocateGradients();
            model.Backward(TestModels.Memory.Data(new Random(1), 16), default, device.New<float>(1));
            return (model.GradientBytes, model.PeakArenaBytes, model.Memory.Up.RowGradient.Values.Count);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    public void Fit_InterruptedOnOtherNumbersOfThreads_EndsWithTheSameBits(int interruption)
    {
        byte[] expected = TrainMemory(2, null), found = TrainMemory(3, interruption);
        Assert.Equal(expected, found);
        Assert.Equal(expected, TrainMemory(1, null));
    }

    /// <summary>The last two stages of a memory: with backbone, queries and keys frozen nothing but the chosen experts changes, until they know it all.</summary>
    [Fact]
    public void Fit_AllButTheExpertsFrozen_LearnsUntilTheGoal()
    {
        using MemoryModel model = new(_device);
        model.Initialize(1);
        float[][] before = Values(model);
        int[] ids = [.. Enumerable.Range(0, MemoryModel.Ids)];
        using DataLoader data = Load(ids, [.. ids.Select(static id => id * id % MemoryModel.Classes)], batchSize: MemoryModel.Ids);
        AdamW optimizer = new() { LearningRate = 0.05, Groups = [ParameterGroup.AllBut("Memory.Up", "Memory.Down") with { IsFrozen = true }] };
        TrainerOptions options = new() { Epochs = 2_000, EarlyStopping = new EarlyStopping { Goal = 0.01, Patience = 2_000, BestPath = _folder.File("best") } };
        using Trainer trainer = new(model, optimizer, options);
        TrainingReport report = trainer.Fit(data, data);
        Assert.True(report.IsStoppedEarly && report.Steps < 2_000, $"{report.Steps} steps");
        Assert.InRange(report.Evaluation!["loss"], 0, 0.01);
        foreach (Parameter parameter in model.Parameters)
            Assert.Equal(parameter.Path is not ("Memory.Up" or "Memory.Down"), before[parameter.Index].SequenceEqual(parameter.Value.ToArray()));
    }

    [Fact]
    public void OptimizerState_SeveralBatchesAStep_IsRefused()
    {
        using SparseTableModel model = new(_device);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Trainer(model, new Sgd(), new TrainerOptions { AccumulatedBatches = 2 }));
        Assert.Equal("Words.Weight is trained by rows, which are others in each batch: AccumulatedBatches has to be 1.", error.Message);
        Assert.Throws<InvalidOperationException>(() => model.Words.Weight.Gradient);
        Assert.Throws<InvalidOperationException>(() => model.Words.Weight.RowGradient);
        Assert.Throws<InvalidOperationException>(() => model.Head.Weight.RowGradient);
    }

    [Fact]
    public void Fit_StateIn8BitsOrNoGradients_TrainsTheRowsAllTheSame()
    {
        foreach (Optimizer optimizer in (Optimizer[])[new AdamW { LearningRate = 0.01, StateFormat = StateFormat.Dynamic8 }, new MeZo { LearningRate = 1e-3 }])
        {
            using SparseTableModel model = new(_device);
            model.Initialize(1);
            float[][] before = Values(model);
            Train(model, optimizer);
            Assert.All(model.Parameters, parameter => Assert.NotEqual(before[parameter.Index], parameter.Value.ToArray()));
        }
    }

    private byte[] TrainMemory(int threads, int? interruption)
    {
        string checkpoint = _folder.File("checkpoint");
        File.Delete(checkpoint);
        while (true)
        {
            using CpuDevice device = new(threads);
            using MemoryModel model = new(device);
            model.Initialize(3);
            int[] ids = [.. Enumerable.Range(0, 100).Select(static i => i * i % MemoryModel.Ids)];
            using DataLoader data = new(device, Columns(ids, [.. ids.Select(static id => id % MemoryModel.Classes)]), batchSize: 16, seed: 1);
            using CancellationTokenSource source = new();
            TrainerOptions options = new()
            {
                Epochs = 4,
                MaximumGradientNorm = 0.5,
                CheckpointPath = checkpoint,
                OnStep = step =>
                {
                    if (step.Step + 1 == interruption)
                        source.Cancel();
                },
            };
            using Trainer trainer = new(model, new AdamW { LearningRate = 0.01 }, options);
            if (File.Exists(checkpoint))
                trainer.Resume(checkpoint);
            try
            {
                trainer.Fit(data, cancellationToken: source.Token);
                return TrainerTests.Bits(model);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal((long)interruption!.Value, trainer.Step);
            }
        }
    }

    private void Train<TModel>(TModel model, Optimizer optimizer, int[]? ids = null, int batchSize = 32, Action<Model>? prepare = null) where TModel : Model, ITrainable
    {
        model.Initialize(1);
        prepare?.Invoke(model);
        ids ??= [.. Enumerable.Range(0, 100).Select(static i => i * i % 41)];
        using DataLoader data = Load(ids, [.. ids.Select(static id => id % 3)], batchSize);
        using Trainer trainer = new(model, optimizer, new TrainerOptions { Epochs = 3 });
        trainer.Fit(data);
    }

    private DataLoader Load(int[] ids, int[] labels, int batchSize) => new(_device, Columns(ids, labels), batchSize, isShuffled: false);

    private static Dataset Columns(int[] ids, int[] labels) => new(new IntegerColumn("ids", ids), new IntegerColumn("label", labels));

    private static float[][] Values(Model model) => [.. model.Parameters.Select(static parameter => parameter.Value.ToArray())];
}
