using MoECompiler;
using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Experiments;

/// <summary>Trains a network a seed on upright images, and then copies of them, in any way, on turned ones.</summary>
/// <param name="device">What all is trained on.</param>
/// <param name="tasks">The images.</param>
/// <param name="folder">Where the networks are kept.</param>
/// <param name="cancellation">Ends a training.</param>
internal sealed class Teacher(Device device, AdaptationTasks tasks, string folder, CancellationToken cancellation)
{
    private const int Batch = 64, EvaluationBatch = 500, FirstEpochs = 10, Epochs = 5;

    /// <summary>Each way gets the best of these on images that are held back.</summary>
    private static readonly double[] s_rates = [3e-4, 1e-3, 3e-3, 1e-2, 3e-2];

    private static readonly ulong[] s_seeds = [1, 2, 3, 4];

    /// <summary>Trains the networks; what they know of turned and of upright images.</summary>
    public Taught TrainFirst()
    {
        List<Measured> runs = [];
        foreach (ulong seed in s_seeds)
        {
            using AdaptedNet net = new(device);
            net.Initialize(seed);
            Fit(net, tasks.Known, new AdamW { LearningRate = 1e-3 }, new TrainerOptions { Epochs = FirstEpochs, Seed = seed });
            net.Save(Path(seed));
            runs.Add(Measure(net));
        }
        return Taught.Of(learningRate: 1e-3, trained: 0, runs);
    }

    /// <summary>Teaches copies of the network with each seed.</summary>
    /// <param name="way">How.</param>
    /// <param name="rate">The learning rate; null for the best.</param>
    public Taught Teach(FineTuning way, double? rate = null)
    {
        double best = rate ?? s_rates.MaxBy(candidate => With(way, s_seeds[0], candidate, model => Accuracy(model, tasks.HeldBack)));
        (long Trained, Measured Measured)[] runs = [.. s_seeds.Select(seed => With(way, seed, best, model => (((Model)model).ParameterCount, Measure(model))))];
        return Taught.Of(best, runs[0].Trained, [.. runs.Select(static run => run.Measured)]);
    }

    private T With<T>(FineTuning way, ulong seed, double learningRate, Func<ITrainable, T> measure)
    {
        using AdaptedNet net = AdaptedNet.Load(Path(seed), device);
        using Model taught = way.Attach(net);
        if (taught != net)
            taught.Initialize(seed);
        ITrainable model = (ITrainable)taught;
        long steps = (long)Epochs * tasks.Taught.Rows / Batch;
        TrainerOptions options = new() { Epochs = Epochs, Seed = seed, Rounds = way.IsHalf ? new HalfFineTuning { RoundSteps = steps, Seed = seed } : null };
        Fit(model, tasks.Taught, new AdamW { LearningRate = learningRate, WeightDecay = 0 }, options);
        return measure(model);
    }

    private void Fit(ITrainable model, Dataset data, Optimizer optimizer, TrainerOptions options)
    {
        using DataLoader loader = new(device, data, Batch, options.Seed);
        using Trainer trainer = new(model, optimizer, options with { Schedule = new CosineSchedule(), MaximumGradientNorm = 1 });
        trainer.Fit(loader, cancellationToken: cancellation);
    }

    private Measured Measure(ITrainable model) => new(Accuracy(model, tasks.Test), Accuracy(model, tasks.KnownTest));

    private double Accuracy(ITrainable model, Dataset data)
    {
        using DataLoader loader = new(device, data, EvaluationBatch, isShuffled: false);
        using Evaluator evaluator = new(model, new Accuracy("logits", "labels"));
        return evaluator.Evaluate(loader, cancellation)["accuracy"];
    }

    private string Path(ulong seed) => System.IO.Path.Combine(folder, $"{seed}.safetensors");
}
