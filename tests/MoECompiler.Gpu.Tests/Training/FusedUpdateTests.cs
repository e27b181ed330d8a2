using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Gpu.Tests.Training;

/// <summary>Steps that update a parameter as soon as its gradient is made, and tables that are trained by rows, on the device.</summary>
public class FusedUpdateTests
{
    private static GpuDevice Device => TestDevice.Instance;

    [Fact]
    public void Fit_GradientsHandedOver_GivesTheBitsOfAllGradientsTogether()
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Sgd { LearningRate = 0.1 }, new AdamW { LearningRate = 0.01 }])
            Assert.Equal(Train(Device, static d => new UnfusedModel(d), optimizer), Train(Device, static d => new FusedModel(d), optimizer));
    }

    /// <summary>The rows of plain SGD are those of the whole table, bit for bit; a device sums in its own order, so that the bound is another.</summary>
    [Fact]
    public void Fit_SgdByRows_GivesTheBitsOfTheWholeTable() => Assert.Equal(
        TrainTable(static d => new WholeTableModel(d), new Sgd { LearningRate = 0.1 }), TrainTable(static d => new SparseTableModel(d), new Sgd { LearningRate = 0.1 }));

    [Fact]
    public void Fit_ByRowsUnderABound_GivesTheSameBitsTwice() => Assert.Equal(
        TrainTable(static d => new SparseTableModel(d), new AdamW { LearningRate = 0.01 }, 0.1), TrainTable(static d => new SparseTableModel(d), new AdamW { LearningRate = 0.01 }, 0.1));

    private static float[] TrainTable<TModel>(Func<Device, TModel> create, Optimizer optimizer, double? bound = null) where TModel : Model, ITrainable
    {
        using TModel model = create(Device);
        model.Initialize(1);
        int[] ids = [.. Enumerable.Range(0, 40).Select(static i => i * i % 41)];
        using DataLoader data = new(Device, new Dataset(new IntegerColumn("ids", ids), new IntegerColumn("label", [.. ids.Select(static id => id % 3)])), 16, seed: 1);
        using Trainer trainer = new(model, optimizer, new TrainerOptions { MaximumGradientNorm = bound });
        trainer.Fit(data);
        return [.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray())];
    }

    private static float[] Train<TModel>(Device device, Func<Device, TModel> create, Optimizer optimizer, TrainerOptions? options = null, Action<TModel, Trainer>? after = null)
        where TModel : Model, ITrainable
    {
        using TModel model = create(device);
        model.Initialize(1);
        using DataLoader data = new(device, Data(), 16, seed: 1);
        using Trainer trainer = new(model, optimizer, options ?? new TrainerOptions { Epochs = 2 });
        trainer.Fit(data);
        after?.Invoke(model, trainer);
        return [.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray())];
    }

    private static Dataset Data() => new(
        new FloatColumn("x", [.. Enumerable.Range(0, 7 * 40).Select(static i => MathF.Sin(i * i))], 7),
        new IntegerColumn("label", [.. Enumerable.Range(0, 40).Select(static i => i % FusedModel.Classes)]));
}
