using System.CommandLine;
using System.Globalization;
using Adapters;
using FashionMoE;
using MoECompiler;
using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Training;
using Spectre.Console;

if (!AnsiConsole.Profile.Out.IsTerminal)
    AnsiConsole.Profile.Width = 140;
Option<string> data = new("--data") { Description = "The folder with the four files of Fashion-MNIST", HelpName = "DIR", DefaultValueFactory = static _ => FashionData.Shipped };
Option<string> deviceName = new("--device") { Description = "What it runs on: best, cpu, cuda or opencl", HelpName = "NAME", DefaultValueFactory = static _ => "best" };
Option<string> output = new("--output") { Description = "The folder for the base and the adapters", HelpName = "DIR", DefaultValueFactory = static _ => Path.Combine("artifacts", "Adapters") };
Option<int> baseEpochs = new("--base-epochs") { Description = "How often the images of the old classes are gone through", HelpName = "N", DefaultValueFactory = static _ => 10 };
Option<int> epochs = new("--epochs") { Description = "How often an adapter goes through its images", HelpName = "N", DefaultValueFactory = static _ => 6 };
Option<double> replay = new("--replay") { Description = "How many of the old images are learned again with the new ones, from 0 to 1", HelpName = "SHARE", DefaultValueFactory = static _ => 0.2 };
Option<ulong> seed = new("--seed") { Description = "What the first weights and the order of the images are made of", HelpName = "N", DefaultValueFactory = static _ => 1 };
RootCommand command = new("Teaches a mixture of experts two classes that it has not seen, by adapters of several kinds and sizes.") { data, deviceName, output, baseEpochs, epochs, replay, seed };
command.SetAction((options, cancellation) => Task.Run(() => Run(
    new Settings
    {
        Data = options.GetRequiredValue(data),
        Device = options.GetRequiredValue(deviceName),
        Output = options.GetRequiredValue(output),
        BaseEpochs = options.GetValue(baseEpochs),
        Epochs = options.GetValue(epochs),
        Replay = Math.Clamp(options.GetValue(replay), 0, 1),
        Seed = options.GetValue(seed),
    },
    cancellation), CancellationToken.None));
return await command.Parse(args).InvokeAsync();

static int Run(Settings settings, CancellationToken cancellation)
{
    try
    {
        using Device device = settings.Device == "best" ? Device.Best() : Device.Open(settings.Device);
        ClassSplit split = new(FashionData.Read(settings.Data), Settings.LeftOut, settings.Replay);
        string left = string.Join(" and ", Settings.LeftOut.Select(static label => FashionData.Classes[label]));
        Console.WriteLine($"On {device.Name}. The base learns {split.Base.Rows:N0} images without {left}; the adapters {split.Adapter.Rows:N0} with them.");
        IReadOnlyList<Outcome> outcomes = AnsiConsole.Profile.Out.IsTerminal
            ? AnsiConsole.Status().Start("base", status => new Experiment(settings, device, split, new Shown(status)).Run(cancellation))
            : new Experiment(settings, device, split, progress: null).Run(cancellation);
        Show(outcomes);
        Console.WriteLine($"files: {settings.Output}");
        return 0;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Canceled.");
        return 130;
    }
    catch (Exception error) when (error is DataException or CheckpointException or TrainingException or DeviceException or ArgumentException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return 1;
    }
}

// Forgetting is what is lost of the base's accuracy on the classes that it knew.
static void Show(IReadOnlyList<Outcome> outcomes)
{
    Table table = new Table { Border = TableBorder.Simple, Title = new TableTitle("Two new classes") }.AddColumn("trained");
    foreach (string column in (string[])["new classes", "old classes", "forgotten", "parameters", "file bytes"])
        table.AddColumn(column, static c => c.RightAligned());
    foreach (Outcome outcome in outcomes)
    {
        table.AddRow(
            outcome.Name, Text("0.000", outcome.New), Text("0.000", outcome.Old), Text("0.000", outcomes[0].Old - outcome.Old),
            Text("N0", outcome.Trained), Text("N0", outcome.Bytes));
    }
    AnsiConsole.Write(table);
}

static string Text(string format, double number) => number.ToString(format, CultureInfo.InvariantCulture);

/// <summary>Shows how far a training is, where somebody looks on.</summary>
internal sealed class Shown(StatusContext status) : IProgress<string>
{
    public void Report(string value) => status.Status(Markup.Escape(value));
}
