using System.Diagnostics;
using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>A training whose process is killed outright, again and again, ends with the bits of one that was left alone.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 20;
    private const int Steps = KilledTraining.Epochs * 13;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_KilledAtRandomInstants_ResumesToTheSameBits()
    {
        string checkpoint = _folder.File("checkpoint"), result = _folder.File("result");
        Random random = new(1);
        int killed = 0;
        while (killed < Kills && RunAndKill(checkpoint, result, steps: random.Next(1, 25), delay: random.Next(4_000)))
        {
            killed++;
            if (File.Exists(checkpoint))
                SafetensorsFile.Open(checkpoint).Dispose();
        }
        Assert.True(killed > 0, "No process was killed before its training was over.");

        Assert.False(RunAndKill(checkpoint, result, steps: int.MaxValue, delay: 0), "The last attempt did not come to its end.");
        Assert.Equal(KilledTraining.Run(checkpoint: null), File.ReadAllBytes(result));
    }

    /// <summary>Starts the training in a new process and kills it some steps and some microseconds later.</summary>
    /// <returns>Whether it was killed; false if it came to its end first.</returns>
    private static bool RunAndKill(string checkpoint, string result, int steps, int delay)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        ProcessStartInfo start = new(dotnet, ["exec", typeof(KilledTraining).Assembly.Location, checkpoint, result])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            int step = -1;
            for (int i = 0; i < steps && process.StandardOutput.ReadLine() is { } line; i++)
                step = int.Parse(line);
            for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromMicroseconds(delay);)
                Thread.SpinWait(10);
            if (step + 1 < Steps)
                process.Kill();
            process.WaitForExit();
            if (process.ExitCode == 0)
                return false;
            // A process that was not killed but failed says why.
            string error = process.StandardError.ReadToEnd();
            Assert.True(error.Length == 0, error);
            return true;
        }
        finally
        {
            process.Kill();
        }
    }
}
