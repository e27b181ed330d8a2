using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Soak;

/// <summary>Everything that a program does with a model, once: train, be interrupted, save, load, attach, switch, merge, measure, and let go.</summary>
/// <param name="device">Where it is done; it stays the caller's.</param>
/// <param name="folder">Where files go.</param>
/// <param name="cancellation">Looked at before each step.</param>
internal sealed class Round(Device device, string folder, CancellationToken cancellation)
{
    private const int Rows = 192;
    private const int Batch = 32;
    private const int Served = 9;

    private readonly string _weights = Path.Combine(folder, "model.safetensors");
    private readonly string _training = Path.Combine(folder, "training.safetensors");

    /// <summary>The most bytes of intermediate values that a model of the round needed.</summary>
    public long ArenaBytes { get; private set; }

    /// <summary>Does it. All rounds compute the same.</summary>
    /// <returns>A hash of everything that was computed.</returns>
    public string Run()
    {
        using IncrementalHash results = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Dataset data = NewData();
        using (SoakModel model = new(device))
        {
            model.Initialize(seed: 1);
            Train(model, data, results);
            model.Save(_weights);
        }
        using SoakModel loaded = SoakModel.Load(_weights, device);
        Serve(loaded.Forward, results);
        UseAdapters(loaded, data, results);
        UseBank(loaded, results);
        ArenaBytes = Math.Max(ArenaBytes, loaded.PeakArenaBytes);
        return Convert.ToHexStringLower(results.GetHashAndReset().AsSpan(0, 8));
    }

    /// <summary>Trains, is canceled in the middle, and goes on from the file in another trainer.</summary>
    private void Train(SoakModel model, Dataset data, IncrementalHash results)
    {
        using CancellationTokenSource middle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            Fit(model, data, _training, step =>
            {
                if (step.Step == Rows / Batch)
                    middle.Cancel();
            }, middle.Token, results);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Fit(model, data, _training, null, cancellation, results);
        }
        File.Delete(_training);
    }

    private void Fit(ITrainable model, Dataset data, string? checkpoint, TrainingStepObserver? onStep, CancellationToken token, IncrementalHash results)
    {
        using DataLoader training = new(device, data, Batch, seed: 1), test = new(device, data, Rows / 2, isShuffled: false);
        using Trainer trainer = new(model, new AdamW { LearningRate = 1e-3 }, new TrainerOptions { Epochs = 2, Seed = 1, CheckpointPath = checkpoint, OnStep = onStep });
        if (File.Exists(checkpoint))
            trainer.Resume(checkpoint);
        TrainingReport report = trainer.Fit(training, test, cancellationToken: token);
        foreach (MetricValue metric in report.Evaluation!.Metrics)
            results.AppendData(MemoryMarshal.AsBytes<double>(metric.Values.ToArray()));
    }

    private void UseAdapters(SoakModel model, Dataset data, IncrementalHash results)
    {
        string first = Path.Combine(folder, "lora.safetensors"), peft = Path.Combine(folder, "peft");
        using (SoakLora trained = new(model))
        {
            trained.Initialize(seed: 2);
            Fit(trained, data, checkpoint: null, onStep: null, cancellation, results);
            trained.Save(first);
            trained.SavePeft(peft);
        }
        using SoakLora lora = SoakLora.Load(first, model), fromPeft = SoakLora.LoadPeft(peft, model);
        using SoakNola nola = new(model);
        nola.Initialize(seed: 3);
        for (int turn = 0; turn < 4; turn++)
        {
            cancellation.ThrowIfCancellationRequested();
            Serve(lora.Forward, results);
            Serve(nola.Forward, results);
            Serve(fromPeft.Forward, results);
            Serve(model.Forward, results);
        }
        lora.Merge();
        Serve(model.Forward, results);
        lora.Unmerge();
    }

    private void UseBank(SoakModel model, IncrementalHash results)
    {
        using SoakLoraBank bank = new(model, capacity: 3);
        using Views views = new(device, Served);
        for (int turn = 0; turn < 4; turn++)
        {
            cancellation.ThrowIfCancellationRequested();
            using SoakLora lora = new(model);
            lora.Initialize((ulong)turn);
            int number = bank.Add(lora);
            for (int row = 0; row < Served; row++)
                views.Numbers.Span[row] = row % 2 == 0 ? number : 0;
            bank.Forward(views.Features, views.Numbers, views.Logits);
            results.AppendData(MemoryMarshal.AsBytes<float>(views.Logits.ToArray()));
            bank.Remove(number);
        }
    }

    private static Dataset NewData()
    {
        Random random = new(1);
        float[] features = [.. Enumerable.Range(0, Rows * SoakModel.Features).Select(_ => random.NextSingle() - 0.5f)];
        return new Dataset(
            new FloatColumn("features", features, SoakModel.Features),
            new IntegerColumn("labels", [.. Enumerable.Range(0, Rows).Select(_ => random.Next(SoakModel.Classes))]));
    }

    private void Serve(Action<View<float>, View<float>> forward, IncrementalHash results)
    {
        using Views views = new(device, Served);
        forward(views.Features, views.Logits);
        results.AppendData(MemoryMarshal.AsBytes<float>(views.Logits.ToArray()));
    }
}
