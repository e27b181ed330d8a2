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

    /// <summary>
    /// Rounding what is multiplied turns some Relus and some choices of experts over, which moves a gradient by a few times the last of 8 or
    /// 11 bits: eight are allowed.
    /// </summary>
    [Fact]
    public void Backward_InSixteenBits_GivesGradientsNearThoseOf32()
    {
        using CpuDevice device = new(2);
        Check(new BrainFashionNet(device), 8.0 / 128);
        Check(new HalfFashionNet(device), 8.0 / 1024);

        void Check<TModel>(TModel model, double tolerance) where TModel : Model, ITrainable
        {
            using TModel narrow = model;
            using WideFashionNet wide = new(device);
            narrow.Initialize(2);
            foreach ((Parameter w, Parameter n) in wide.Parameters.Zip(narrow.Parameters))
                w.Value.CopyFrom(n.Stored.ToArray());
            using DataLoader data = new(device, Load("t10k"), batchSize: 100, seed: 1);
            Batch batch = data.Next();
            foreach ((Parameter w, Parameter n) in Gradients(wide, batch).Zip(Gradients(narrow, batch)))
            {
                double[] error = [.. w.Gradient.ToArray().Zip(n.Gradient.ToArray(), static (a, b) => (double)a - b)];
                double relative = Norm(error) / Norm(w.Gradient.ToArray().Select(static x => (double)x));
                output.WriteLine($"{typeof(TModel).Name} {n}: {relative:E1}");
                Assert.InRange(relative, 0, tolerance);
            }
        }

        static IReadOnlyList<Parameter> Gradients<TModel>(TModel model, Batch batch) where TModel : Model, ITrainable
        {
            model.AllocateGradients();
            model.Backward(batch, new RandomState(1, 1), model.Device.New<float>(model.Metrics.Sum(static m => m.Count)));
            return model.Parameters;
        }

        static double Norm(IEnumerable<double> numbers) => Math.Sqrt(numbers.Sum(static x => x * x));
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
