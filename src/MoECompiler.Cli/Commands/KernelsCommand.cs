using System.CommandLine;
using System.Globalization;
using MoECompiler.Cli.Checking;
using Spectre.Console;

namespace MoECompiler.Cli.Commands;

/// <summary><c>moec kernels</c>: every kernel that a model launches on a GPU, and its PTX or OpenCL C, with no GPU there.</summary>
internal static class KernelsCommand
{
    private static readonly Option<DirectoryInfo?> s_ptx = new("--ptx") { Description = "Writes the PTX of each kernel to a folder", HelpName = "DIR" };

    private static readonly Option<DirectoryInfo?> s_openCl = new("--opencl") { Description = "Writes the OpenCL C of each kernel to a folder", HelpName = "DIR" };

    private static readonly Option<string> s_arch = new("--arch")
    {
        Description = "What the PTX is for",
        HelpName = "sm_NN",
        DefaultValueFactory = static _ => "sm_80",
    };

    private static readonly Option<bool> s_optimizers = new("--optimizers") { Description = "Writes the kernels of every optimizer, not of AdamW alone" };

    public static Command Create()
    {
        Command command = new("kernels", "Lists the kernels that a model launches on a GPU, with shapes, operations and bytes; no GPU is needed.")
        {
            CommonOptions.Assembly, CommonOptions.Model, s_ptx, s_openCl, s_arch, s_optimizers, CommonOptions.Sizes, CommonOptions.Rows, CommonOptions.Extent,
        };
        command.SetAction(static (result, cancellation) =>
        {
            (int major, int minor) = Capability(result.GetRequiredValue(s_arch));
            DirectoryInfo? ptx = result.GetValue(s_ptx), openCl = result.GetValue(s_openCl);
            int rows = result.GetValue(CommonOptions.Rows);
            ModelLaunches[] models = [.. ModelAssembly.FindModels(result.GetRequiredValue(CommonOptions.Assembly), result.GetValue(CommonOptions.Model))
                .Select(type => new ModelLaunches(type, result.GetRequiredValue(CommonOptions.Sizes), result.GetValue(CommonOptions.Extent)))];

            DeviceTraits cuda = new(GpuKind.Cuda, IsProcessor: false, 10 * major + minor, Multiprocessors: 80);
            foreach (ModelLaunches model in models)
                Print(model.Name, model.Of(cuda, rows));
            IEnumerable<RecordedLaunch> optimizers = result.GetValue(s_optimizers) ? models.SelectMany(m => m.OfOptimizers(cuda)) : [];
            if (ptx is not null)
                Write(ptx, ".ptx", $"sm_{major}{minor}", () => OfflineCompiler.Ptx(major, minor), Once(models.SelectMany(m => m.ForAnyRows(cuda, rows)).Concat(optimizers)), cancellation);
            if (openCl is not null)
            {
                // What a processor behind OpenCL is given has forms of its own.
                DeviceTraits gpu = new(GpuKind.OpenCl, IsProcessor: false, 0, 80), processor = gpu with { IsProcessor = true, Multiprocessors = 8 };
                IEnumerable<RecordedLaunch> launches = models.SelectMany(m => m.ForAnyRows(gpu, rows).Concat(m.ForAnyRows(processor, rows)));
                Write(openCl, ".cl", KernelHeader.OpenCl, OfflineCompiler.OpenCl, Once(launches), cancellation);
            }
            return Task.CompletedTask;
        });
        return command;
    }

    private static (int Major, int Minor) Capability(string arch) =>
        arch.StartsWith("sm_", StringComparison.Ordinal) && int.TryParse(arch.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 50 and < 200
            ? (number / 10, number % 10)
            : throw new CommandException($"--arch takes sm_NN such as sm_75, sm_80 or sm_90, and is given '{arch}'.");

    /// <summary>Each kernel once, in its largest groups.</summary>
    private static List<RecordedLaunch> Once(IEnumerable<RecordedLaunch> launches) =>
        [.. launches.GroupBy(static l => l.Kernel).Select(static same => same.MaxBy(static l => l.Work.Group)!)];

    private static void Print(string model, IReadOnlyList<(string Method, RecordedLaunch Launch)> launches)
    {
        Table table = new Table().Border(TableBorder.Simple)
            .AddColumn("method").AddColumn("kernel").AddColumn("shapes").AddColumn(new TableColumn("groups").RightAligned())
            .AddColumn(new TableColumn("threads").RightAligned()).AddColumn(new TableColumn("flops").RightAligned()).AddColumn(new TableColumn("bytes").RightAligned());
        string last = "";
        foreach ((string method, RecordedLaunch launch) in launches)
        {
            string shapes = string.Join(" ", launch.Shapes);
            table.AddRow(
                method == last ? "" : method, Markup.Escape(launch.Name), Markup.Escape(shapes), $"{launch.Work.Grid.Size:N0}", $"{launch.Work.Group:N0}",
                $"{launch.Work.Flops:N0}", $"{launch.Work.Bytes:N0}");
            last = method;
        }
        AnsiConsole.Write(table);
        foreach (IGrouping<string, (string Method, RecordedLaunch Launch)> group in launches.GroupBy(static l => l.Method))
            Console.WriteLine($"{model}.{group.Key}: {group.Count():N0} launches, {group.Sum(static l => l.Launch.Work.Flops):N0} flops, {group.Sum(static l => l.Launch.Work.Bytes):N0} bytes.");
    }

    private static void Write(DirectoryInfo folder, string extension, string target, Func<OfflineCompiler> create, List<RecordedLaunch> kernels, CancellationToken cancellation)
    {
        folder.Create();
        using OfflineCompiler compiler = create();
        Dictionary<string, int> numbers = [];
        AnsiConsole.Progress().HideCompleted(true).Start(progress =>
        {
            ProgressTask task = progress.AddTask($"Compiling {kernels.Count} kernels", maxValue: kernels.Count);
            foreach (RecordedLaunch launch in kernels)
            {
                cancellation.ThrowIfCancellationRequested();
                KernelHeader header = new(KernelName.Of(launch.Kernel), target, launch.Work.Group);
                // Models of one name may have kernels of one name.
                int number = numbers[header.Name] = numbers.GetValueOrDefault(header.Name) + 1;
                string file = header.Name + (number == 1 ? "" : $".{number}") + extension;
                File.WriteAllText(Path.Combine(folder.FullName, file), $"{header}\n{compiler.Compile(launch.Kernel)}");
                task.Increment(1);
            }
        });
        Console.WriteLine($"{kernels.Count} kernels in {folder.FullName}");
    }
}
