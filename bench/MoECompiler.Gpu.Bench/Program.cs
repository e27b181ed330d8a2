using System.CommandLine;
using MoECompiler;
using MoECompiler.Cli;
using MoECompiler.Gpu.Bench;
using Spectre.Console;

Option<string> name = new("--device") { Description = "cuda, opencl or simulated, or one of several: cuda:1", HelpName = "NAME", DefaultValueFactory = static _ => "opencl" };
Option<bool> check = new("--check") { Description = "Fail where a product is not twice as fast as a naive kernel, or a layer launches, waits or allocates too much" };
RootCommand command = new("Times emitted kernels on a device, beside naive ones and beside the CPU.") { name, check };
command.SetAction(result =>
{
    if (!AnsiConsole.Profile.Out.IsTerminal)
        AnsiConsole.Profile.Width = 160;
    GpuDevices.Register();
    using Device device = Device.Open(result.GetRequiredValue(name));
    if (device is not GpuDevice gpu)
        throw new ArgumentException($"{device.Name} is no GPU: --device takes cuda, opencl or simulated.");
    using CpuDevice cpu = new();
    using LimitProbe limits = new(gpu);
    Console.WriteLine($"{gpu.Name}: {limits.Arithmetic() / 1e9:N0} GFLOP/s, {limits.Memory() / 1e9:N1} GB/s; {cpu.Name}");
    Console.WriteLine("Medians; each share and ratio is of neighbours in time.");
    List<string> flaws = [.. new Products(gpu, cpu, limits).Run(), .. new Layers(gpu, cpu, limits).Run()];
    foreach (string flaw in flaws)
        Console.WriteLine($"NOT AS IT SHOULD BE: {flaw}");
    return result.GetValue(check) && flaws.Count > 0 ? 1 : 0;
});
try
{
    return command.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception error) when (error is ArgumentException or DeviceException or OutOfMemoryException)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}
