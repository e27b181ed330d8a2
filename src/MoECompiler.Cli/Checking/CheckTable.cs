using Spectre.Console;

namespace MoECompiler.Cli.Checking;

/// <summary>What was found, as a table: a row a kernel, with a number for each architecture.</summary>
internal static class CheckTable
{
    public static void Print(IReadOnlyList<CheckedKernel> kernels)
    {
        string[] targets = [.. kernels.Select(static k => k.Text.Header.Target).Where(static t => t != KernelHeader.OpenCl).Distinct().Order(StringComparer.Ordinal)];
        if (targets.Length > 0)
            PrintAssembled(targets, kernels);
        foreach (IGrouping<string, CheckedKernel> target in kernels.GroupBy(static k => k.Text.Header.Target).OrderBy(static g => g.Key, StringComparer.Ordinal))
            Console.WriteLine($"{target.Key}: {target.Count()} kernels, {target.Count(static k => k.Flaws.Count > 0)} with a flaw");
        foreach (CheckedKernel kernel in kernels.Where(static k => k.Flaws.Count > 0))
            Console.WriteLine($"FAILED: {kernel.Text.Header.Name} for {kernel.Text.Header.Target}: {string.Join("; ", kernel.Flaws)} ({kernel.Text.Path})");
    }

    private static void PrintAssembled(string[] targets, IReadOnlyList<CheckedKernel> kernels)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("kernel");
        foreach (string column in (string[])["threads", "shared", "registers", "stack", "spills", "occupancy", "loads", "128-bit", "of shared", "HMMA"])
            table.AddColumn(new TableColumn(column).RightAligned());
        IEnumerable<IGrouping<(string, int), CheckedKernel>> rows = kernels
            .Where(static k => k.Resources is not null)
            .GroupBy(static k => (k.Text.Header.Name, k.Text.Header.Target))
            .SelectMany(static same => same.Select(static (kernel, number) => (kernel, number)))
            .GroupBy(static k => (k.kernel.Text.Header.Name, k.number), static k => k.kernel)
            .OrderBy(static row => row.Key.Name, StringComparer.Ordinal);
        foreach (IGrouping<(string Name, int), CheckedKernel> row in rows)
        {
            MachineCode? code = row.Select(static k => k.Code).FirstOrDefault(static c => c is not null);
            table.AddRow(
                Markup.Escape(row.Key.Name),
                $"{row.Max(static k => k.Text.Header.Threads)}",
                $"{row.Max(static k => k.Resources!.SharedBytes):N0}",
                Each(row, static k => $"{k.Resources!.Registers}"),
                $"{row.Max(static k => k.Resources!.StackBytes)}",
                $"{row.Max(static k => k.Resources!.SpillBytes)}",
                Each(row, static k => $"{k.Occupancy:P0}"),
                Count(code?.Loads), Count(code?.WideLoads), Count(code?.WideSharedLoads), Count(code?.TensorProducts));
        }
        AnsiConsole.Write(table);
        Console.WriteLine($"Registers and occupancy: {string.Join(" / ", targets)}. Occupancy is an estimate by threads, registers and shared bytes of a group.");

        string Each(IEnumerable<CheckedKernel> row, Func<CheckedKernel, string> text) => string.Join(
            " / ", targets.Select(target => row.FirstOrDefault(k => k.Text.Header.Target == target) is { } kernel ? text(kernel) : "-"));
    }

    private static string Count(int? number) => number is null or 0 ? "" : $"{number}";
}
