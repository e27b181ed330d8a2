using System.CommandLine;
using MoECompiler;
using MoECompiler.Cli;
using MoECompiler.Cli.Commands;
using Spectre.Console;

if (!AnsiConsole.Profile.Out.IsTerminal)
    AnsiConsole.Profile.Width = 200;

GpuDevices.Register();
RootCommand root = new("Looks into models that MoECompiler compiled.")
{
    DevicesCommand.Create(),
    KernelsCommand.Create(),
    PlanCommand.Create(),
    GraphCommand.Create(),
    ProfileCommand.Create(),
    CheckCommand.Create(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception error) when (error is CommandException or DeviceException or ShapeException or OutOfMemoryException or ArgumentException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Canceled.");
    return 130;
}
