using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using MoECompiler.Tests.Training;
using MoECompiler.Training;

namespace MoECompiler.Tests.Checkpoints;

/// <summary>What processes beside the tests' own do to files of models.</summary>
internal static class FilesProgram
{
    /// <summary>The elements of the large model's ballast: 1 MiB.</summary>
    public const int Ballast = 1 << 18;

    /// <summary>Saves a model again and again, all its weights being one number; loads it in between, whoever has written it.</summary>
    public static int Rewrite(string file, float element, int times)
    {
        using CpuDevice device = new(1);
        using FilledModel model = new(device, Ballast);
        for (int i = 0; i < times; i++)
        {
            model.Fill(element);
            model.Save(file);
            model.LoadWeights(file);
            if (model.Filling is null)
                return 1;
        }
        return 0;
    }

    /// <summary>
    /// In a folder that has room for a small model: saves it there, then tries what needs more room or may not be, and prints each error;
    /// after each the small model is there as it was, and nothing else.
    /// </summary>
    public static int Outgrow(string folder)
    {
        string file = Path.Combine(folder, "model");
        using CpuDevice device = new(1);
        using SoftmaxRegression large = new(device, Clusters.Features, Clusters.Classes, ballast: Ballast);
        using FilledModel small = new(device, 1);
        // Where the folder is read-only the file is there already.
        if (!File.Exists(file))
        {
            small.Fill(7);
            small.Save(file);
        }
        using Trainer trainer = new(large, new AdamW(), new TrainerOptions { Epochs = 1, CheckpointPath = file });
        foreach (Action attempt in (Action[])[() => large.Save(file), () => trainer.Fit(Clusters.Load(device)), () => trainer.Save(Path.Combine(folder, "other"))])
        {
            try
            {
                attempt();
                Console.WriteLine("written");
                return 1;
            }
            catch (CheckpointException error)
            {
                Console.WriteLine(error.Message);
            }
            small.LoadWeights(file);
            if (small.Filling != 7 || Directory.GetFileSystemEntries(folder).Length != 1)
                return 2;
        }
        // The training lives: without its checkpoint it comes to its end.
        using Trainer again = new(large, new AdamW(), new TrainerOptions { Epochs = 1 });
        again.Fit(Clusters.Load(device));
        return 0;
    }
}
