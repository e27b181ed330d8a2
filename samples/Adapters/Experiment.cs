using FashionMoE;
using MoECompiler;
using MoECompiler.Data;
using MoECompiler.Training;

namespace Adapters;

/// <summary>Trains a base on most classes, then teaches it the others in several ways.</summary>
internal sealed class Experiment(Settings settings, Device device, ClassSplit split, IProgress<string>? progress)
{
    private const int Batch = 64;
    private const int EvaluationBatch = 250;

    private string BasePath => Path.Combine(settings.Output, "base.safetensors");

    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public IReadOnlyList<Outcome> Run(CancellationToken cancellation)
    {
        Directory.CreateDirectory(settings.Output);
        List<Outcome> outcomes = [TrainBase(cancellation)];
        foreach (Method method in Method.All)
            outcomes.Add(Teach(method, cancellation));
        return outcomes;
    }

    private Outcome TrainBase(CancellationToken cancellation)
    {
        using ImageClassifier model = new(device);
        model.Initialize(settings.Seed);
        Fit(model, "base", split.Base, settings.BaseEpochs, learningRate: 1e-3, cancellation);
        model.Save(BasePath);
        return Measure(model, "base", trained: model.ParameterCount, BasePath, cancellation);
    }

    private Outcome Teach(Method method, CancellationToken cancellation)
    {
        using ImageClassifier model = ImageClassifier.Load(BasePath, device);
        Model taught = method.Attach(model);
        try
        {
            Fit(Method.Trainable(taught), method.Name, split.Adapter, settings.Epochs, method.LearningRate, cancellation);
            string path = Path.Combine(settings.Output, $"{taught.GetType().Name}.safetensors");
            taught.Save(path);
            return Measure(Method.Trainable(taught), method.Name, taught.ParameterCount, path, cancellation);
        }
        finally
        {
            taught.Dispose();
        }
    }

    private void Fit(ITrainable model, string name, Dataset data, int epochs, double learningRate, CancellationToken cancellation)
    {
        using DataLoader training = new(device, data, Batch, settings.Seed);
        using Trainer trainer = new(model, new AdamW { LearningRate = learningRate, WeightDecay = 0 }, new TrainerOptions
        {
            Epochs = epochs,
            Seed = settings.Seed,
            Schedule = new CosineSchedule { WarmUpSteps = training.BatchesPerEpoch / 2, FinalFactor = 0.01 },
            MaximumGradientNorm = 1,
        });
        trainer.Fit(training, progress: progress is null ? null : new Told(progress, name), cancellationToken: cancellation);
    }

    private Outcome Measure(ITrainable model, string name, long trained, string path, CancellationToken cancellation) => new(
        name, Accuracy(model, split.NewTest, cancellation), Accuracy(model, split.OldTest, cancellation), trained, new FileInfo(path).Length);

    private double Accuracy(ITrainable model, Dataset data, CancellationToken cancellation)
    {
        using DataLoader loader = new(device, data, EvaluationBatch, isShuffled: false);
        using Evaluator evaluator = new(model, new Accuracy("logits", "labels"));
        return evaluator.Evaluate(loader, cancellation)["accuracy"];
    }

    private sealed class Told(IProgress<string> progress, string name) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report($"{name}: epoch {value.Epoch + 1}/{value.Epochs}, loss {value.Loss:0.000}");
    }
}

/// <summary>What one way came to.</summary>
/// <param name="Name">Of the way.</param>
/// <param name="New">The accuracy on the classes that were left out, among all ten.</param>
/// <param name="Old">The accuracy on the others.</param>
/// <param name="Trained">The parameters that were trained.</param>
/// <param name="Bytes">Of the file that holds them.</param>
internal sealed record Outcome(string Name, double New, double Old, long Trained, long Bytes);
