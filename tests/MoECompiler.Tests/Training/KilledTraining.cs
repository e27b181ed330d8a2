using MoECompiler.Training;

namespace MoECompiler.Tests.Training;

/// <summary>
/// A training to be killed: it goes on from the checkpoint of the last attempt, tells each step on standard output, and saves a checkpoint
/// all the time. The tests run it in a process of its own, as this assembly's program.
/// </summary>
internal static class KilledTraining
{
    public const int Epochs = 40;

    /// <param name="checkpoint">Resumed from where it exists; null for none.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <returns>The bits of the weights at the end.</returns>
    public static byte[] Run(string? checkpoint, TrainingStepObserver? onStep = null)
    {
        using CpuDevice device = new(2);
        // The ballast, 1 MiB that is not trained, gives the killer time to strike in the middle of a file.
        using SoftmaxRegression model = new(device, Clusters.Features, Clusters.Classes, ballast: 1 << 18) { Noise = 0.3f };
        TrainerOptions options = new() { Epochs = Epochs, Seed = 5, CheckpointPath = checkpoint, CheckpointEverySteps = 2, OnStep = onStep };
        using Trainer trainer = new(model, new AdamW { LearningRate = 0.01 }, options);
        if (File.Exists(checkpoint))
            trainer.Resume(checkpoint);
        trainer.Fit(Clusters.Load(device));
        return TrainerTests.Bits(model);
    }

    /// <summary>The program: the checkpoint's path, and where the weights go at the end; or an adapter that is
    /// loaded, <see cref="Adapters.AdapterProgram"/>, or what writes files, <see cref="Checkpoints.FilesProgram"/>.</summary>
    public static int Main(string[] arguments)
    {
        if (arguments is ["adapter", string adapter, string output])
            return Adapters.AdapterProgram.Run(adapter, output);
        if (arguments is ["rewrite", string file, string element, string times])
            return Checkpoints.FilesProgram.Rewrite(file, float.Parse(element), int.Parse(times));
        if (arguments is ["outgrow", string folder])
            return Checkpoints.FilesProgram.Outgrow(folder);
        if (arguments is not [string checkpoint, string result])
        {
            Console.Error.WriteLine("This assembly holds tests; run them with: dotnet test");
            return 2;
        }
        byte[] bits = Run(checkpoint, static step =>
        {
            Console.Out.WriteLine(step.Step);
            Console.Out.Flush();
        });
        File.WriteAllBytes(result, bits);
        return 0;
    }
}
