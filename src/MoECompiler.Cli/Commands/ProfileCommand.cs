using System.CommandLine;
using Spectre.Console;

namespace MoECompiler.Cli.Commands;

/// <summary><c>moec profile</c>: the time of each kernel of a method on a device, beside what the device can do.</summary>
internal static class ProfileCommand
{
    private static readonly Option<string> s_device = new("--device") { Description = "cuda, opencl or simulated, or one of several: cuda:1", HelpName = "NAME", DefaultValueFactory = static _ => "opencl" };

    private static readonly Option<int> s_repeats = new("--repeats") { Description = "How often the method is run; times are medians", HelpName = "N", DefaultValueFactory = static _ => 20 };

    public static Command Create()
    {
        Command command = new("profile", "Runs a method on random input and prints for each kernel its time, GFLOP/s, GB/s and the share of the device's limit.")
        {
            CommonOptions.Assembly, CommonOptions.Model, CommonOptions.Method, s_device, s_repeats, CommonOptions.Sizes, CommonOptions.Rows, CommonOptions.Extent,
        };
        command.SetAction(static (result, cancellation) =>
        {
            Type type = ModelAssembly.FindModel(result.GetRequiredValue(CommonOptions.Assembly), result.GetValue(CommonOptions.Model));
            using Device device = Device.Open(result.GetRequiredValue(s_device));
            if (device is not GpuDevice gpu)
                throw new CommandException($"{device.Name} runs no kernels one by one: profile takes cuda, opencl or simulated.");
            using ModelProgram program = new(type, result.GetRequiredValue(CommonOptions.Sizes), gpu);
            program.Model.Initialize(1);
            Action run = program.Prepare(result.GetRequiredValue(CommonOptions.Method), result.GetValue(CommonOptions.Rows), result.GetValue(CommonOptions.Extent));
            DeviceLimits limits = DeviceLimits.Measure(gpu);
            KernelTimes times = KernelTimes.Measure(gpu, run, result.GetValue(s_repeats), cancellation);
            Print(times, limits);
            return Task.CompletedTask;
        });
        return command;
    }

    private static void Print(KernelTimes times, DeviceLimits limits)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("kernel");
        foreach (string column in (string[])["launches", "us", "share", "GFLOP/s", "GB/s", "of the limit"])
            table.AddColumn(new TableColumn(column).RightAligned());
        double whole = times.Kernels.Sum(static k => k.Seconds);
        foreach (KernelTime kernel in times.Kernels.OrderByDescending(static k => k.Seconds))
        {
            table.AddRow(
                Markup.Escape(kernel.Name), $"{kernel.Launches}", $"{kernel.Seconds * 1e6:N1}", $"{kernel.Seconds / whole:P0}",
                $"{kernel.Flops / kernel.Seconds / 1e9:N2}", $"{kernel.Bytes / kernel.Seconds / 1e9:N2}", $"{limits.Share(kernel.Flops, kernel.Bytes, kernel.Seconds):P0}");
        }
        AnsiConsole.Write(table);
        Console.WriteLine($"Kernels one by one {whole * 1e6:N1} us; the method as it runs, without a wait between kernels, {times.Whole * 1e6:N1} us.");
        Console.WriteLine($"The device's limits, measured just now: {limits.FlopsPerSecond / 1e9:N1} GFLOP/s, {limits.BytesPerSecond / 1e9:N1} GB/s.");
    }
}
