using MoECompiler.Data;
using MoECompiler.Tests.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Training;
using Xunit;
using Xunit.Abstractions;

namespace MoECompiler.Tests.Training;

/// <summary>What 16 bits cost in accuracy: on the shipped Fashion-MNIST, nothing that a sample of 2,000 images shows.</summary>
public class PrecisionTrainingTests(ITestOutputHelper output)
{
    /// <summary>Two trainings with other seeds differ by as much.</summary>
    private const double Margin = 0.02;

    [Fact]
    public void Fit_InSixteenBits_ReachesTheAccuracyOf32()
    {
        using CpuDevice device = new(2);
        double wide = Train(new WideFashionNet(device)), brain = Train(new BrainFashionNet(device)), half = Train(new HalfFashionNet(device));
        output.WriteLine($"f32 {wide:0.000}, bf16 {brain:0.000}, f16 {half:0.000}");
        Assert.True(wide > 0.8, $"{wide}");
        Assert.Equal(wide, brain, Margin);
        Assert.Equal(wide, half, Margin);
    }

    private static double Train<TModel>(TModel model) where TModel : Model, ITrainable
    {
        using TModel trained = model;
        trained.Initialize(1);
        using DataLoader training = new(trained.Device, Load("train"), batchSize: 50, seed: 1);
        using DataLoader test = new(trained.Device, Load("t10k"), batchSize: 250, isShuffled: false);
        using Trainer trainer = new(trained, new AdamW { LearningRate = 2e-3 }, new TrainerOptions
        {
            Epochs = 2,
            Seed = 1,
            Schedule = new CosineSchedule(),
            EvaluationMetrics = [new Accuracy("logits", "classes")],
            ProgressInterval = TimeSpan.FromDays(1),
        });
        return trainer.Fit(training, test).Evaluation!["accuracy"];
    }

    private static Dataset Load(string set)
    {
        string file = SampleDataTests.Sample($"FashionMoE/data/{set}-");
        // The mean and deviation of a pixel.
        ByteColumn pixels = IdxFile.Read($"{file}images-idx3-ubyte.gz").ToBytes("pixels", mean: 73, deviation: 90);
        return new Dataset(pixels, IdxFile.Read($"{file}labels-idx1-ubyte.gz").ToIntegers("classes"));
    }
}
