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
        foreach (DeviceReport report in GpuDevices.Probe())
            table.AddRow(Markup.Escape(report.Id), Markup.Escape(report.Name), report.MemoryBytes > 0 ? $"{report.MemoryBytes >> 20:N0} MiB" : "", Markup.Escape(report.Version), Markup.Escape(report.Reason ?? "yes"));
        using CpuDevice cpu = new();
        table.AddRow("cpu", Markup.Escape(cpu.Name), $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20:N0} MiB", "", "yes");
        AnsiConsole.Write(table);
    }
}
