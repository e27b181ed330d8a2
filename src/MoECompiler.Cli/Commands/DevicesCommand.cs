using System.CommandLine;
using Spectre.Console;

namespace MoECompiler.Cli.Commands;

/// <summary><c>moec devices</c>: what this machine has to run models on, and why the rest was passed over.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        Command command = new("devices", "Lists the devices of this machine, and says of each that cannot be used why.");
        command.SetAction(static _ => Print());
        return command;
    }

    private static void Print()
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("device").AddColumn("name").AddColumn(new TableColumn("memory").RightAligned()).AddColumn("version").AddColumn("can be used");
        foreach (GpuDescription gpu in GpuDevices.Probe())
            table.AddRow(Markup.Escape(gpu.Id), Markup.Escape(gpu.Name), gpu.Memory > 0 ? $"{gpu.Memory >> 20:N0} MiB" : "", Markup.Escape(gpu.Version), Markup.Escape(gpu.PassedOver ?? "yes"));
        using CpuDevice cpu = new();
        table.AddRow("cpu", Markup.Escape(cpu.Name), $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20:N0} MiB", "", "yes");
        AnsiConsole.Write(table);
    }
}
