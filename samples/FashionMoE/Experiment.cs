using MoECompiler;
using MoECompiler.Data;
using MoECompiler.Training;

namespace FashionMoE;

/// <summary>Trains the classifier, shows what its experts do, saves it and loads it again.</summary>
internal sealed class Experiment(Settings settings, Device device, FashionData data) : IDisposable
{
    private const int EvaluationBatch = 250;

    private readonly DataLoader _training = new(device, data.Training, settings.Batch, settings.Seed);
    private readonly DataLoader _test = new(device, data.Test, EvaluationBatch, isShuffled: false);
    private readonly ImageClassifier _model = new(device);
    private readonly TrainingHistory _history = new();

    /// <exception cref="OperationCanceledException">The token was canceled; the checkpoint is written.</exception>
    public void Run(CancellationToken cancellation)
    {
        Console.WriteLine($"{_model.ParameterCount:N0} weights on {device.Name}");
        Console.WriteLine($"{data.Training.Rows:N0} training and {data.Test.Rows:N0} test images in {settings.Data}");
        TrainingReport report = Train(cancellation);
        EvaluationReport evaluation = report.Evaluation!;

        IReadOnlyList<string> layers = [.. _model.Metrics.Where(static metric => metric.IsLoad).Select(static metric => metric.Name.Split('.')[0])];
        IReadOnlyList<ClassUsage> classes = ClassUsages.Measure(_model, data.Test, layers, cancellation);
        Tables.Print(layers, classes);

        _model.Save(settings.ModelPath, data.Scale.Texts);
        File.WriteAllText(settings.LoadPicturePath, LoadPicture.Draw(layers, classes));
        File.WriteAllText(settings.TrainingPicturePath, TrainingPicture.Draw(_history, layers));
        using ImageClassifier loaded = ImageClassifier.Load(settings.ModelPath, device);
        int scores = Reloaded.Check(_model, loaded, _test);
        Console.WriteLine($"model: {settings.ModelPath} (loaded again: all {scores:N0} scores of the test images have the same bits)");
        Console.WriteLine($"pictures: {settings.TrainingPicturePath}, {settings.LoadPicturePath}");
        Console.WriteLine($"training checkpoint: {settings.CheckpointPath}");
        Samples.Print(loaded, data.Test);
        Console.WriteLine($"trained {report.Steps:N0} steps in {report.Elapsed.TotalSeconds:0.0} s");
        Console.WriteLine($"test accuracy: {evaluation["accuracy"]:0.000}");
    }

    public void Dispose()
    {
        _training.Dispose();
        _test.Dispose();
        _model.Dispose();
    }

    private TrainingReport Train(CancellationToken cancellation)
    {
        Directory.CreateDirectory(settings.Output);
        _model.Initialize(settings.Seed);
        AdamW optimizer = new()
        {
            LearningRate = settings.LearningRate,
            WeightDecay = 0.02,
            Groups = [ParameterGroup.Named("*Bias", "*Router") with { WeightDecay = 0 }],
        };
        using Trainer trainer = new(_model, optimizer, new TrainerOptions
        {
            Epochs = settings.Epochs,
            Seed = settings.Seed,
            Schedule = new CosineSchedule { WarmUpSteps = _training.BatchesPerEpoch / 2, FinalFactor = 0.01 },
            MaximumGradientNorm = 1,
            EvaluationMetrics = [new Accuracy("logits", "labels")],
            CheckpointPath = settings.CheckpointPath,
        });
        if (settings.Resume is { } path)
        {
            trainer.Resume(path);
            Console.WriteLine($"resumed after step {trainer.Step:N0} from {path}");
        }
        return TrainingDisplay.Show(progress => trainer.Fit(_training, _test, _history.Before(progress), cancellation), EpochLine.Of);
    }
}
