using FashionMoE;
using MoECompiler;
using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Training;
using Spectre.Console;

const int Failure = 1;
const int Interrupted = 130;

if (!AnsiConsole.Profile.Out.IsTerminal)
    AnsiConsole.Profile.Width = 140;
return await CommandLine.InvokeAsync(args, Run);

static int Run(Settings settings, CancellationToken cancellation)
{
    try
    {
        using Device device = settings.Open();
        using Experiment experiment = new(settings, device, FashionData.Read(settings.Data));
        experiment.Run(cancellation);
        return 0;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine($"Canceled. Go on with --resume {settings.CheckpointPath}");
        return Interrupted;
    }
    catch (Exception error) when (error is DataException or CheckpointException or TrainingException or DeviceException or ArgumentException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return Failure;
    }
}
