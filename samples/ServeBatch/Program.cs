using System.CommandLine;
using System.Globalization;
using MoECompiler;
using ServeBatch;
using Spectre.Console;

if (!AnsiConsole.Profile.Out.IsTerminal)
    AnsiConsole.Profile.Width = 140;
Option<int> customers = new("--customers") { Description = "How many adapters there are", HelpName = "N", DefaultValueFactory = static _ => 1_000 };
Option<int> rows = new("--rows") { Description = "The rows of a batch, each of another customer", HelpName = "N", DefaultValueFactory = static _ => 64 };
Option<int> rounds = new("--rounds") { Description = "How many batches are measured", HelpName = "N", DefaultValueFactory = static _ => 20 };
Option<string> deviceName = new("--device") { Description = "What it runs on: best, cpu, cuda or opencl", HelpName = "NAME", DefaultValueFactory = static _ => "best" };
Option<ulong> seed = new("--seed") { Description = "What weights and adapters are made of", HelpName = "N", DefaultValueFactory = static _ => 1 };
foreach (Option<int> option in (Option<int>[])[customers, rows, rounds])
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{option.Name} has to be at least 1.");
    });
RootCommand command = new("Serves one base with an adapter for each customer: all rows of a batch at once, or one after the other.") { customers, rows, rounds, deviceName, seed };
command.SetAction((options, cancellation) => Task.Run(() => Run(
    options.GetValue(customers), options.GetValue(rows), options.GetValue(rounds), options.GetRequiredValue(deviceName), options.GetValue(seed), cancellation), CancellationToken.None));
return await command.Parse(args).InvokeAsync();

static int Run(int customers, int rows, int rounds, string deviceName, ulong seed, CancellationToken cancellation)
{
    try
    {
        using Device device = deviceName == "best" ? Device.Best() : Device.Open(deviceName);
        using Server server = Load(progress => new Server(device, customers, seed, progress, cancellation));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{customers:N0} adapters of {server.AdapterBytes / 1024.0:N0} kB on a base of {server.ModelBytes / 1024.0 / 1024.0:N1} MB, on {device.Name}"));
        (double together, double switching, double alone) = server.Measure(rows, rounds, cancellation);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows} rows of mixed customers at once: {together,10:N0} rows/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one row after the other:        {switching,10:N0} rows/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the base without adapters:     {alone,10:N0} rows/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio: {together / switching:0.0}"));
        return 0;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Canceled.");
        return 130;
    }
    catch (Exception error) when (error is DeviceException or ArgumentException or InvalidOperationException or OutOfMemoryException)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return 1;
    }
}

static Server Load(Func<IProgress<double>?, Server> load) => !AnsiConsole.Profile.Out.IsTerminal
    ? load(null)
    : AnsiConsole.Progress().AutoClear(true).Start(context =>
    {
        ProgressTask task = context.AddTask("loading adapters");
        return load(new Bar(task));
    });

/// <summary>Moves a bar.</summary>
internal sealed class Bar(ProgressTask task) : IProgress<double>
{
    public void Report(double value) => task.Value = 100 * value;
}
