using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MoECompiler;
using MoECompiler.Soak;

Option<double> minutes = new("--minutes") { Description = "How long it goes on", HelpName = "N", DefaultValueFactory = static _ => 1 };
Option<string> deviceName = new("--device") { Description = "What it runs on: cpu, cuda, opencl or simulated", HelpName = "NAME", DefaultValueFactory = static _ => "cpu" };
minutes.Validators.Add(static result =>
{
    if (result.GetValueOrDefault<double>() is not (> 0 and < 1e5))
        result.AddError("--minutes has to be more than 0.");
});
RootCommand command = new(
    "Trains, is canceled, resumes, saves, loads, switches and merges adapters and evaluates, again and again; fails if memory, threads or files grow after the warm-up, or a round computes other bits than the first.")
{
    minutes, deviceName,
};
command.SetAction((options, cancellation) => Task.Run(() => Run(TimeSpan.FromMinutes(options.GetValue(minutes)), options.GetRequiredValue(deviceName), cancellation), CancellationToken.None));
return await command.Parse(args).InvokeAsync();

static int Run(TimeSpan time, string deviceName, CancellationToken cancellation)
{
    GpuDevices.Register();
    string folder = Directory.CreateTempSubdirectory("moecompiler-soak-").FullName;
    try
    {
        using Device device = Device.Open(deviceName);
        Console.WriteLine($"{device.Name}, {time.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes");
        Console.WriteLine($"{"time",8} {"rounds",8} {"working set",14} {"managed heap",14} {"arenas",12} {"device memory",14} {"threads",8} {"files",6}");
        return Repeat(device, folder, time, cancellation);
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Canceled.");
        return 130;
    }
    catch (Exception error) when (error is DeviceException or ArgumentException)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return 1;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}

static int Repeat(Device device, string folder, TimeSpan time, CancellationToken cancellation)
{
    const int Samples = 40;
    List<Footprint> taken = [];
    List<string> flaws = [];
    string? first = null;
    int files = 0;
    long began = Stopwatch.GetTimestamp(), sampled = began;
    TimeSpan warm = time / 5;
    for (int rounds = 1; flaws.Count == 0 && (taken.Count < 4 || Stopwatch.GetElapsedTime(began) < time); rounds++)
    {
        Round round = new(device, folder, cancellation);
        string results = round.Run();
        if ((first ??= results) != results)
            flaws.Add($"round {rounds} computed {results}, and the first {first}");
        int left = Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Length;
        if (rounds > 1 && left != files)
            flaws.Add($"round {rounds} left {left} files, and those before {files}");
        files = left;
        if (Stopwatch.GetElapsedTime(sampled) < time / Samples)
            continue;
        sampled = Stopwatch.GetTimestamp();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        Footprint now = Footprint.Take(device);
        if (elapsed >= warm)
            taken.Add(now);
        Console.WriteLine($"{elapsed,8:hh\\:mm\\:ss} {rounds,8:N0} {now.WorkingSet,14:N0} {now.Heap,14:N0} {round.ArenaBytes,12:N0} {now.Held,14:N0} {now.Threads,8:N0} {now.Files,6:N0}");
    }
    flaws.AddRange(Verdict.Growth(taken));
    foreach (string flaw in flaws)
        Console.WriteLine($"FAILED: {flaw}");
    if (flaws.Count == 0)
        Console.WriteLine($"Nothing grew after the warm-up; all rounds computed {first}.");
    return flaws.Count == 0 ? 0 : 1;
}
